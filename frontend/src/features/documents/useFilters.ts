import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import {
  DEFAULT_SORT,
  defined,
  type Filters,
  type Narrowing,
  nextSort,
  type SortKey,
} from './filters';

const route = getRouteApi('/_app/documents');

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The cursors of the pages before this one; the first page has none. */
    trail?: (string | null)[];
    /** The list from which a document was opened. */
    list?: Filters;
  }
}

export type Patch = { [K in keyof Narrowing]?: Narrowing[K] | undefined };

/** Filters live in the URL. Typing replaces the history's entry; sorting and paging add one. */
export function useFilters() {
  const filters = route.useSearch();
  const navigate = useNavigate();

  const actions = useMemo(
    () => ({
      patch: (patch: Patch) =>
        void navigate({
          to: '/documents',
          search: (old) => {
            const { cursor: _page, ...rest } = old as Filters;
            return defined({ ...rest, ...patch }) as Filters;
          },
          replace: true,
          resetScroll: false,
        }),
      reset: () =>
        void navigate({
          to: '/documents',
          search: (old) => defined({ sort: (old as Filters).sort }) as Filters,
          replace: true,
          resetScroll: false,
        }),
      sortBy: (key: SortKey) =>
        void navigate({
          to: '/documents',
          search: (old) => {
            const { cursor: _page, sort = DEFAULT_SORT, ...rest } = old as Filters;
            return defined({ ...rest, sort: nextSort(key, sort) }) as Filters;
          },
          resetScroll: false,
        }),
    }),
    [navigate],
  );

  const turnPage = useCallback(
    (cursor: string | null, trail: (string | null)[], replace = false) =>
      void navigate({
        to: '/documents',
        search: (old) => defined({ ...(old as Filters), cursor: cursor ?? undefined }) as Filters,
        state: (old) => ({ ...old, trail }),
        replace,
      }),
    [navigate],
  );

  return { filters, ...actions, turnPage };
}
