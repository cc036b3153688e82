import { $api } from './client';
import type { Schema } from './schemas';

export type Delivery = Schema['IssuedDelivery'];
export type DeliveryState = Delivery['state'];

export const DELIVERY_STATES: readonly DeliveryState[] = [
  'waiting',
  'held',
  'sent',
  'refused',
  'bounced',
  'dropped',
];
const PATH = '/api/v1/issuer/deliveries';
const DELIVERIES = ['get', PATH] as const;

/** Whether staff may have it sent again. */
export function canRetry({ state }: Delivery): boolean {
  return state === 'refused' || state === 'bounced' || state === 'dropped';
}

/** The mails that told of one document. */
export function documentDeliveriesQuery(documentId: string) {
  return $api.queryOptions(
    'get',
    PATH,
    { params: { query: { document_id: documentId, limit: 50 } } },
    { staleTime: 0 },
  );
}

export function useRetryDelivery() {
  return $api.useMutation('post', `${PATH}/{delivery_id}/retry`, {
    onSettled: (_answer, _error, _body, _context, { client }) => {
      void client.invalidateQueries({ queryKey: DELIVERIES });
      void client.invalidateQueries({ queryKey: ['get', '/api/v1/issuer/customers/{number}'] });
    },
  });
}
