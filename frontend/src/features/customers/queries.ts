import { useQueryClient } from '@tanstack/react-query';
import { $api } from '../../api/client';
import { customersQuery } from '../../api/customers';

const DETAIL = '/api/v1/customers/{customer_id}';

export function customerQuery(customerId: string) {
  return $api.queryOptions('get', DETAIL, { params: { path: { customer_id: customerId } } });
}

/** After a change of a number, both the list and the number itself are asked for again. */
function useRefresh() {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: customersQuery.queryKey }),
      client.invalidateQueries({ queryKey: ['get', DETAIL] }),
    ]);
  };
}

export function useChangeCustomer() {
  return $api.useMutation('patch', DETAIL, { onSuccess: useRefresh() });
}

export function useOfferMainContact() {
  return $api.useMutation('post', '/api/v1/customers/{customer_id}/main-contact', {
    onSuccess: useRefresh(),
  });
}

export function useWithdrawOffer() {
  return $api.useMutation('delete', '/api/v1/customers/{customer_id}/main-contact', {
    onSuccess: useRefresh(),
  });
}
