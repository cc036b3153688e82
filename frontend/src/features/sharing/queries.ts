import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { $api, api } from '../../api/client';
import type { Schema } from '../../api/schemas';
import { meQuery } from '../../api/session';

export type SharedUser = Schema['SharedUser'];

const LIST = '/api/v1/shared-users';
const MAX_PAGES = 10;

/** Everyone with whom the reader shares. */
export const sharedUsersQuery = queryOptions({
  queryKey: ['get', LIST, 'all'],
  queryFn: async ({ signal }) => {
    const people: SharedUser[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = cursor ? { limit: 200, cursor } : { limit: 200 };
      const { data } = await api.GET(LIST, { params: { query }, signal });
      people.push(...(data?.items ?? []));
      if (!data?.next_cursor) break;
      cursor = data.next_cursor;
    }
    return people;
  },
});

/** A grant may end a notice about a new customer number too. */
function useRefresh() {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: sharedUsersQuery.queryKey });
    void client.invalidateQueries({ queryKey: meQuery.queryKey });
  };
}

export function useAddSharedUser() {
  return $api.useMutation('post', LIST, { onSuccess: useRefresh() });
}

export function useChangeSharedUser() {
  return $api.useMutation('patch', `${LIST}/{shared_user_id}`, { onSuccess: useRefresh() });
}

export function useDeleteSharedUser() {
  return $api.useMutation('delete', `${LIST}/{shared_user_id}`, { onSuccess: useRefresh() });
}

export function useInviteAgain() {
  return $api.useMutation('post', `${LIST}/{shared_user_id}/invitation`);
}
