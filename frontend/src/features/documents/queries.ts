import {
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useQueryClient,
} from '@tanstack/react-query';
import { $api, api } from '../../api/client';
import type { Schema } from '../../api/schemas';
import { meQuery } from '../../api/session';
import type { Filters } from './filters';

export type Document = Schema['Document'];
export type DocumentDetail = Schema['DocumentDetail'];
export type Customer = Schema['Customer'];

export const PAGE_SIZE = 50;
const LIST = ['get', '/api/v1/documents'] as const;
const MAX_CUSTOMER_PAGES = 10;

export function documentsQuery(filters: Filters) {
  return $api.queryOptions(
    'get',
    '/api/v1/documents',
    { params: { query: { ...filters, limit: PAGE_SIZE, count: true } } },
    { placeholderData: keepPreviousData },
  );
}

/** Every customer number of the reader, for the drop-down above the list. */
export const customersQuery = queryOptions({
  queryKey: ['get', '/api/v1/customers', 'all'],
  staleTime: 300_000,
  queryFn: async ({ signal }) => {
    const customers: Customer[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_CUSTOMER_PAGES; page += 1) {
      const query = cursor ? { limit: 200, cursor } : { limit: 200 };
      const { data } = await api.GET('/api/v1/customers', { params: { query }, signal });
      customers.push(...(data?.items ?? []));
      if (!data?.next_cursor) break;
      cursor = data.next_cursor;
    }
    return customers;
  },
});

/** Read once per visit: each reading is recorded in the document's history. */
export function documentQuery(id: string) {
  return $api.queryOptions(
    'get',
    '/api/v1/documents/{document_id}',
    { params: { path: { document_id: id } } },
    { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 },
  );
}

export function historyQuery(id: string) {
  return $api.queryOptions(
    'get',
    '/api/v1/documents/{document_id}/history',
    { params: { path: { document_id: id } } },
    { staleTime: 0 },
  );
}

export function useMarkRead() {
  const client = useQueryClient();
  return $api.useMutation('post', '/api/v1/documents/read', {
    onSuccess: (_answer, { body }) => noteRead(client, body.document_ids ?? [], body.read),
  });
}

/** Brings the lists and the counter in line with what the API has just recorded. */
export function noteRead(client: QueryClient, ids: string[], read: boolean): void {
  client.setQueriesData<Schema['DocumentPage']>(
    { queryKey: LIST },
    (page) =>
      page && {
        ...page,
        items: page.items.map((item) =>
          ids.includes(item.id) ? { ...item, unread: !read } : item,
        ),
      },
  );
  void client.invalidateQueries({ queryKey: LIST, refetchType: 'none' });
  void client.fetchQuery({ ...meQuery, staleTime: 0 });
}
