import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useIntl } from 'react-intl';
import { useToast } from '../../components/Toasts';
import { stringifySearch } from '../../lib/search-params';
import { type Filters, narrowingOf } from './filters';
import type { Document } from './queries';
import { choose, EVERYTHING, NOTHING, rangeTo, type Selection } from './selection';

/** Kept beside the API's answers, and forgotten with them when the session ends. */
export const SELECTION = ['selection'] as const;
export type StoredSelection = { scope: string; selection: Selection };

const INITIAL: StoredSelection = { scope: '', selection: NOTHING };

/** Survives paging, sorting and a look at a document; other filters clear it, which is said. */
export function useSelection(filters: Filters, page: readonly Document[]) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const scope = stringifySearch(narrowingOf(filters));
  const { data: cached = INITIAL } = useQuery<StoredSelection>({
    queryKey: SELECTION,
    queryFn: skipToken,
    initialData: INITIAL,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  // The cache tells its readers a moment later; a checkbox has to follow the click at once.
  const [stored, setStored] = useState(cached);
  useEffect(() => setStored(cached), [cached]);
  const isLeft =
    stored.scope !== scope && (stored.selection.all || stored.selection.documents.size > 0);
  const selection = isLeft ? NOTHING : stored.selection;
  const anchor = useRef<string | null>(null);
  const latest = useRef({ page, scope, selection });
  latest.current = { page, scope, selection };

  const set = useCallback(
    (selection: Selection) => {
      const next = { scope: latest.current.scope, selection };
      setStored(next);
      client.setQueryData<StoredSelection>(SELECTION, next);
    },
    [client],
  );

  useEffect(() => {
    if (!isLeft) return;
    set(NOTHING);
    toast({ text: intl.formatMessage({ id: 'selection.cleared' }) });
  }, [isLeft, set, toast, intl]);

  const actions = useMemo(
    () => ({
      chooseOne: (document: Document, on: boolean, asRange: boolean) => {
        const { page, selection } = latest.current;
        const changed = asRange ? rangeTo(page, anchor.current, document) : [document];
        anchor.current = document.id;
        set(choose(selection, changed, on, page));
      },
      choosePage: (on: boolean) => {
        const { page, selection } = latest.current;
        set(choose(selection, page, on, page));
      },
      chooseAll: () => set(EVERYTHING),
      clear: () => set(NOTHING),
    }),
    [set],
  );
  return { selection, ...actions };
}
