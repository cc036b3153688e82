import { keepPreviousData } from '@tanstack/react-query';
import { $api } from '../../api/client';
import { BY_CURSOR } from '../../api/pages';
import type { Schema } from '../../api/schemas';
import type { AuditFilters, CustomerFilters, DeliveryFilters } from './filters';

export type ListedCustomer = Schema['ListedCustomer'];
export type CustomerRecord = Schema['CustomerRecord'];
export type Contact = Schema['CustomerContact'];
export type AuditEntry = Schema['AuditEntry'];

/** Lists of the back office: asked for anew each time, and shown until the next answer is there. */
export const LIVE = { ...BY_CURSOR, staleTime: 0, placeholderData: keepPreviousData } as const;

export function useCustomers(filters: CustomerFilters) {
  const query = { ...filters, limit: 50, count: true };
  return $api.useInfiniteQuery('get', '/api/v1/issuer/customers', { params: { query } }, LIVE);
}

export function useDeliveries(filters: DeliveryFilters) {
  const query = { ...filters, limit: 50, count: true };
  return $api.useInfiniteQuery('get', '/api/v1/issuer/deliveries', { params: { query } }, LIVE);
}

export function useAudit({ event, ...filters }: AuditFilters) {
  const chosen = event ? { event: [event] } : {};
  const query = { ...filters, ...chosen, limit: 50 };
  return $api.useInfiniteQuery('get', '/api/v1/issuer/audit', { params: { query } }, LIVE);
}

export function customerQuery(number: string) {
  return $api.queryOptions(
    'get',
    '/api/v1/issuer/customers/{number}',
    { params: { path: { number } } },
    { staleTime: 0 },
  );
}

export function useInvite() {
  return $api.useMutation(
    'post',
    '/api/v1/issuer/customers/{number}/contacts/{contact_id}/invitation',
    {
      onSettled: (_answer, _error, _body, _context, { client }) =>
        void client.invalidateQueries({ queryKey: ['get', '/api/v1/issuer/customers/{number}'] }),
    },
  );
}
