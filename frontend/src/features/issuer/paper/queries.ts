import { keepPreviousData, type QueryClient } from '@tanstack/react-query';
import { $api } from '../../../api/client';
import { BY_CURSOR } from '../../../api/pages';
import type { Schema } from '../../../api/schemas';
import type { PaperRequestFilters } from '../filters';

export type PrintBatch = Schema['PrintBatch'];
export type IssuedPaperRequest = Schema['IssuedPaperRequest'];

const BATCHES = '/api/v1/issuer/print-batches';
const REQUESTS = '/api/v1/issuer/paper-requests';
const LIVE = { ...BY_CURSOR, staleTime: 0, placeholderData: keepPreviousData } as const;
const WATCH_EVERY = 1_500;

export function isOnItsWay({ state }: PrintBatch): boolean {
  return state === 'queued' || state === 'running';
}

/** All print batches; asked for again and again while one is being built. */
export function usePrintBatches() {
  return $api.useInfiniteQuery(
    'get',
    BATCHES,
    { params: { query: { limit: 50 } } },
    {
      ...LIVE,
      refetchInterval: ({ state }) =>
        state.data?.pages.some(({ items }) => items.some(isOnItsWay)) ? WATCH_EVERY : false,
    },
  );
}

const renewed = (path: string) => ({
  onSettled: (
    _answer: unknown,
    _error: unknown,
    _body: unknown,
    _result: unknown,
    { client }: { client: QueryClient },
  ) => void client.invalidateQueries({ queryKey: ['get', path] }),
});

export function useCollect() {
  return $api.useMutation('post', BATCHES, renewed(BATCHES));
}

export function useBuildAgain() {
  return $api.useMutation('post', `${BATCHES}/{print_batch_id}/retry`, renewed(BATCHES));
}

export function useMarkPrinted() {
  return $api.useMutation('post', `${BATCHES}/{print_batch_id}/printed`, renewed(BATCHES));
}

/** Where the ZIP of a batch is fetched from. */
export function batchUrl({ id }: PrintBatch): string {
  return `${BATCHES}/${id}/file`;
}

export function usePaperRequests(filters: PaperRequestFilters) {
  const query = { ...filters, limit: 50, count: true };
  return $api.useInfiniteQuery('get', REQUESTS, { params: { query } }, LIVE);
}

export function useChangePaperRequest() {
  return $api.useMutation('patch', `${REQUESTS}/{paper_request_id}`, renewed(REQUESTS));
}
