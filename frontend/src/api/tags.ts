import { queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { Customer } from './customers';
import type { Schema } from './schemas';

export type Tag = Schema['Tag'];

export const TAG_NAME_LENGTH = 20;
const MAX_PAGES = 5;

export const TAGS = ['get', '/api/v1/tags'] as const;

/** Every tag of the accounts that the reader sees, by name. */
export const tagsQuery = queryOptions({
  queryKey: [...TAGS, 'all'],
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const tags: Tag[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = cursor ? { limit: 200, cursor } : { limit: 200 };
      const { data } = await api.GET('/api/v1/tags', { params: { query }, signal });
      tags.push(...(data?.items ?? []));
      if (!data?.next_cursor) break;
      cursor = data.next_cursor;
    }
    return tags;
  },
});

/** An account is known by its main contact; `customerId` names it to the API. */
export type Account = { id: string; name: string; customerId: string };

export function accountsOf(customers: readonly Customer[]): Account[] {
  const accounts = new Map<string, Account>();
  for (const { account_id, id, main_contact } of customers) {
    const name = main_contact.name || main_contact.email;
    if (!accounts.has(account_id))
      accounts.set(account_id, { id: account_id, name, customerId: id });
  }
  return [...accounts.values()];
}
