import { Button } from '@mantine/core';
import { IconSearchOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { Message, ProblemNotice } from '../../components/Message';
import { MoreButton } from '../../components/MoreButton';
import { PageSkeleton } from '../../components/PageSkeleton';
import pills from '../../components/Pills.module.css';
import classes from './Desk.module.css';
import table from './DeskTable.module.css';

type Props = {
  list: {
    data: unknown;
    error: unknown;
    isPlaceholderData: boolean;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
    refetch: () => unknown;
  };
  isEmpty: boolean;
  empty: ReactNode;
  onReset: (() => void) | undefined;
  children: ReactNode;
};

/** The states that every list of the back office has: loading, failed, empty, narrowed, longer. */
export function DeskList({ list, isEmpty, empty, onReset, children }: Props) {
  return (
    <>
      <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />
      {!list.data && !list.error && (
        <div className={`${classes.frame} ${classes.skeleton}`}>
          <PageSkeleton lines={10} />
        </div>
      )}
      {Boolean(list.data) && (
        <div
          className={classes.frame}
          data-stale={list.isPlaceholderData || undefined}
          aria-busy={list.isPlaceholderData}
        >
          {isEmpty ? (
            <Message
              icon={<IconSearchOff size={24} stroke={1.6} />}
              title={empty}
              actions={
                onReset && (
                  <Button variant="default" onClick={onReset}>
                    <FormattedMessage id="filters.reset" />
                  </Button>
                )
              }
            />
          ) : (
            children
          )}
          {list.hasNextPage && (
            <div className={table.more}>
              <MoreButton list={list} />
            </div>
          )}
        </div>
      )}
    </>
  );
}

type PillsProps<T extends string> = {
  label: string;
  all: readonly T[];
  chosen: readonly T[] | undefined;
  name: (item: T) => ReactNode;
  onToggle: (item: T) => void;
};

/** A few states to narrow a list to, each on or off. */
export function Pills<T extends string>({ label, all, chosen, name, onToggle }: PillsProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out in a row.
    <div role="group" aria-label={label} className={pills.pills}>
      {all.map((item) => (
        <button
          key={item}
          type="button"
          className={pills.pill}
          aria-pressed={chosen?.includes(item) ?? false}
          onClick={() => onToggle(item)}
        >
          {name(item)}
        </button>
      ))}
    </div>
  );
}
