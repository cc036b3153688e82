import { keepPreviousData } from '@tanstack/react-query';
import { $api } from '../../api/client';
import { isPlainDate } from '../../lib/dates';
import { one } from '../../lib/search-params';

export type Scope = { customer_id?: string; issued_from?: string; issued_to?: string };
export type By = 'month' | 'contract' | 'reference';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SHOWN = { month: 36, contract: 25, reference: 25 };

/** What the address narrows the figures to; junk is dropped. */
export function readScope(search: Record<string, unknown>): Scope {
  const customer = one(search.customer_id);
  const [from, to] = [one(search.issued_from), one(search.issued_to)];
  return {
    ...(customer && UUID.test(customer) ? { customer_id: customer } : {}),
    ...(from && isPlainDate(from) ? { issued_from: from } : {}),
    ...(to && isPlainDate(to) && !(from && from > to) ? { issued_to: to } : {}),
  };
}

export function statisticsQuery(by: By, { customer_id, ...period }: Scope) {
  const query = { ...period, ...(customer_id ? { customer_id: [customer_id] } : {}), by };
  return $api.queryOptions(
    'get',
    '/api/v1/documents/statistics',
    { params: { query: { ...query, limit: SHOWN[by] } } },
    { placeholderData: keepPreviousData },
  );
}
