import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { readPreference, writePreference } from '../lib/storage';
import { $api, api } from './client';
import type { Schema } from './schemas';

export type Download = Schema['Download'];
export type FileFormat = Download['formats'][number];

export const FORMATS: readonly FileFormat[] = ['pdf', 'ubl', 'csv'];
export const SHOWN = 100;
const DOWNLOADS = ['get', '/api/v1/downloads'] as const;
const WATCH_EVERY = 1_500;

export function isOnItsWay({ state }: Download): boolean {
  return state === 'queued' || state === 'running';
}

/** The newest ZIPs of the reader; asked for again and again while one is being made. */
export const downloadsQuery = queryOptions({
  queryKey: [...DOWNLOADS, 'newest'],
  staleTime: 10_000,
  queryFn: async ({ signal }) => {
    const params = { query: { limit: SHOWN } };
    const { data } = await api.GET('/api/v1/downloads', { params, signal });
    return data ?? { items: [], next_cursor: null };
  },
  refetchInterval: ({ state }) => (state.data?.items.some(isOnItsWay) ? WATCH_EVERY : false),
});

export function useAskForDownload() {
  return $api.useMutation('post', '/api/v1/downloads', {
    onSuccess: (download, _body, _context, { client }) => {
      client.setQueryData(downloadsQuery.queryKey, (page) =>
        page ? { ...page, items: [download, ...page.items] } : undefined,
      );
      void client.invalidateQueries({ queryKey: downloadsQuery.queryKey });
    },
  });
}

export function archiveUrl({ id }: Download): string {
  return `/api/v1/downloads/${id}/file`;
}

const SEEN = ['downloads-seen'] as const;

/** Since when ZIPs that became ready are news to the reader of this browser. */
export const seenQuery = queryOptions({
  queryKey: SEEN,
  queryFn: () => readPreference('downloads-seen') ?? '',
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

export function noteSeen(client: QueryClient, downloads: readonly Download[]): void {
  const latest = downloads
    .map(({ finished_at }) => finished_at ?? '')
    .sort()
    .at(-1);
  if (!latest || latest <= (readPreference('downloads-seen') ?? '')) return;
  writePreference('downloads-seen', latest);
  client.setQueryData(SEEN, latest);
}

/** How many became ready since the reader last looked. */
export function countNews(downloads: readonly Download[], seen: string): number {
  return downloads.filter(
    ({ state, finished_at }) => state === 'finished' && (finished_at ?? '') > seen,
  ).length;
}
