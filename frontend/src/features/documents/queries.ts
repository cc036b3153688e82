import { keepPreviousData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { $api } from '../../api/client';
import type { Schema } from '../../api/schemas';
import { meQuery } from '../../api/session';
import type { Filters } from './filters';

export type Document = Schema['Document'];
export type DocumentDetail = Schema['DocumentDetail'];

export const PAGE_SIZE = 50;
export const LIST = ['get', '/api/v1/documents'] as const;

export function documentsQuery(filters: Filters) {
  return $api.queryOptions(
    'get',
    '/api/v1/documents',
    { params: { query: { ...filters, limit: PAGE_SIZE, count: true } } },
    { placeholderData: keepPreviousData },
  );
}

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
export function noteRead(client: QueryClient, ids: string[], read: boolean, refetch = false): void {
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
  void client.invalidateQueries({ queryKey: LIST, refetchType: refetch ? 'active' : 'none' });
  void client.fetchQuery({ ...meQuery, staleTime: 0 });
}
