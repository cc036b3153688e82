import type { QueryClient } from '@tanstack/react-query';
import { $api } from './client';
import type { Schema } from './schemas';

/** Who reads, and which portal this is: what every screen may ask. */

export type Me = Schema['Me'];
export type Portal = Schema['Portal'];

export const meQuery = $api.queryOptions('get', '/api/v1/me', {}, { staleTime: 60_000 });

export const portalQuery = $api.queryOptions(
  'get',
  '/api/v1/portal',
  {},
  { staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY },
);

/** What is known already, without asking. */
export function knownMe(client: QueryClient): Me | undefined {
  return client.getQueryData<Me>(meQuery.queryKey);
}

export function knownPortal(client: QueryClient): Portal | undefined {
  return client.getQueryData<Portal>(portalQuery.queryKey);
}

/** After signing in: nothing of a former reader may stay in memory. */
export function enter(client: QueryClient, user: Me): void {
  forget(client);
  client.setQueryData(meQuery.queryKey, user);
}

/** After signing out, or when the session has ended. */
export function forget(client: QueryClient): void {
  client.removeQueries({ predicate: (query) => query.queryKey[1] !== '/api/v1/portal' });
}
