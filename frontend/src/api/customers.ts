import { queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { Schema } from './schemas';

export type Customer = Schema['Customer'];

const MAX_PAGES = 10;

/** Every customer number of the reader, for drop-downs. */
export const customersQuery = queryOptions({
  queryKey: ['get', '/api/v1/customers', 'all'],
  staleTime: 300_000,
  queryFn: async ({ signal }) => {
    const customers: Customer[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = cursor ? { limit: 200, cursor } : { limit: 200 };
      const { data } = await api.GET('/api/v1/customers', { params: { query }, signal });
      customers.push(...(data?.items ?? []));
      if (!data?.next_cursor) break;
      cursor = data.next_cursor;
    }
    return customers;
  },
});
