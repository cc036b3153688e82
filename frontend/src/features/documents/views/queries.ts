import { useQueryClient } from '@tanstack/react-query';
import { $api } from '../../../api/client';
import type { Schema } from '../../../api/schemas';
import { parseSearch, stringifySearch } from '../../../lib/search-params';
import { defined, type Filters, readFilters } from '../filters';

export type SavedView = Schema['SavedView'];

export const viewsQuery = $api.queryOptions(
  'get',
  '/api/v1/documents/views',
  {},
  { staleTime: 300_000 },
);

/** A view is the list's address without its page. */
export function viewOf(filters: Filters): string {
  return stringifySearch(defined({ ...filters, cursor: undefined })).slice(1);
}

export function filtersOf({ query }: SavedView): Filters {
  return readFilters(parseSearch(query));
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: viewsQuery.queryKey });
}

export function useSaveView() {
  return $api.useMutation('post', '/api/v1/documents/views', { onSuccess: useRefresh() });
}

export function useChangeView() {
  return $api.useMutation('patch', '/api/v1/documents/views/{view_id}', {
    onSuccess: useRefresh(),
  });
}

export function useDeleteView() {
  return $api.useMutation('delete', '/api/v1/documents/views/{view_id}', {
    onSuccess: useRefresh(),
  });
}
