import type { UseQueryResult } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { hasCode, hasStatus } from '../../api/problem';
import type { Schema } from '../../api/schemas';
import { ProblemNotice } from '../../components/Message';
import { OnceOpened } from '../../components/OnceOpened';
import { useShortcuts } from '../../components/useShortcuts';
import { DocumentCards } from './DocumentCards';
import { DocumentTable } from './DocumentTable';
import { EmptyList } from './EmptyList';
import { countFilters, type Filters, type SortKey } from './filters';
import classes from './List.module.css';
import { ListSkeleton } from './ListSkeleton';
import { Pager } from './Pager';
import type { Document } from './queries';
import type { OpenMenu } from './RowMenu';
import { exactly, totalOf } from './total';
import { useSelection } from './useSelection';

type Props = {
  filters: Filters;
  query: UseQueryResult<Schema['DocumentPage'], unknown>;
  hasNoCustomer: boolean;
  asCards: boolean;
  onSort: (key: SortKey) => void;
  onTurn: (cursor: string | null, trail: (string | null)[], replace?: boolean) => void;
  onReset: () => void;
};

const RowMenu = lazy(async () => ({ default: (await import('./RowMenu')).RowMenu }));
const BulkBar = lazy(async () => ({ default: (await import('./bulk/BulkBar')).BulkBar }));

const NO_TRAIL: (string | null)[] = [];
const NO_ITEMS: Document[] = [];

export function List({ filters, query, hasNoCustomer, asCards, onSort, onTurn, onReset }: Props) {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const pressed = useRef<HTMLButtonElement>(null);
  const [menuOpen, setMenuOpen] = useState(false);
  const trail = useLocation({ select: ({ state }) => state.trail }) ?? NO_TRAIL;
  const navigate = useNavigate();
  const { data, error, isPlaceholderData, isPending } = query;
  const items = data?.items ?? NO_ITEMS;
  const { selection, chooseOne, choosePage, chooseAll, clear } = useSelection(filters, items);
  const hasSelection = selection.all || selection.documents.size > 0;
  useShortcuts({ Escape: clear });

  // A cursor from an old link leads nowhere: start again at the first page.
  const isLost = hasCode(error, 'invalid_cursor');
  useEffect(() => {
    if (isLost) onTurn(null, NO_TRAIL, true);
  }, [isLost, onTurn]);

  const open = useCallback(
    ({ id }: Document) =>
      void navigate({
        to: '/documents/$documentId',
        params: { documentId: id },
        state: { list: filters, trail },
      }),
    [navigate, filters, trail],
  );

  const openMenu = useCallback((document: Document, button: HTMLButtonElement) => {
    // The same button again closes what it opened.
    setMenuOpen((isOpen) => !isOpen || pressed.current !== button);
    pressed.current = button;
    setMenu({ document, button });
  }, []);

  if (isPending || isLost) {
    return (
      <div className={classes.frame}>
        <ListSkeleton />
      </div>
    );
  }
  if (hasStatus(error, 403)) {
    return (
      <div className={classes.frame}>
        <EmptyList reason="not_permitted" onReset={onReset} />
      </div>
    );
  }
  const rows = {
    selection,
    onOpen: open,
    onMenu: openMenu,
    onChoose: chooseOne,
    onChoosePage: choosePage,
  };
  const reason =
    countFilters(filters) > 0 ? 'nothing_matches' : hasNoCustomer ? 'not_permitted' : 'nothing_yet';
  return (
    <>
      <ProblemNotice error={error} onRetry={() => void query.refetch()} />
      {data && (
        <div
          className={classes.frame}
          data-stale={isPlaceholderData || undefined}
          aria-busy={isPlaceholderData}
        >
          {items.length === 0 ? (
            <EmptyList reason={reason} onReset={onReset} />
          ) : asCards ? (
            <DocumentCards documents={items} {...rows} />
          ) : (
            <DocumentTable documents={items} sort={filters.sort} onSort={onSort} {...rows} />
          )}
          <Pager
            cursor={filters.cursor}
            nextCursor={data.next_cursor}
            trail={trail}
            shown={items.length}
            total={totalOf(data)}
            onTurn={onTurn}
          />
          <OnceOpened opened={menuOpen}>
            {menu && (
              <RowMenu
                menu={menu}
                list={filters}
                trail={trail}
                opened={menuOpen}
                onClose={() => setMenuOpen(false)}
              />
            )}
          </OnceOpened>
        </div>
      )}
      {data && hasSelection && (
        <Suspense fallback={null}>
          <BulkBar
            selection={selection}
            filters={filters}
            page={items}
            matching={totalOf(data) ?? exactly(items.length)}
            onAll={chooseAll}
            onClear={clear}
          />
        </Suspense>
      )}
    </>
  );
}
