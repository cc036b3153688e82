import { Button } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { FormattedMessage } from 'react-intl';
import classes from './Pager.module.css';
import { PAGE_SIZE } from './queries';
import { exactly, type Total } from './total';

type Props = {
  cursor: string | undefined;
  nextCursor: string | null;
  trail: (string | null)[] | undefined;
  shown: number;
  total: Total | null;
  onTurn: (cursor: string | null, trail: (string | null)[]) => void;
};

/** Next and previous by cursor. The trail knows the pages before; a shared link has none. */
export function Pager({ cursor, nextCursor, trail = [], shown, total, onTurn }: Props) {
  const isPlaced = !cursor || trail.length > 0;
  const start = trail.length * PAGE_SIZE;
  if (!cursor && !nextCursor && shown === (total?.count ?? shown) && shown < 8) return null;
  return (
    <nav className={classes.pager} aria-labelledby="pager-place">
      <p id="pager-place" className={classes.place}>
        {isPlaced && total ? (
          <FormattedMessage
            id="pager.place"
            values={{ from: shown > 0 ? start + 1 : 0, to: start + shown, ...total }}
          />
        ) : (
          <FormattedMessage id="pager.count" values={total ?? exactly(shown)} />
        )}
      </p>
      <div className={classes.buttons}>
        <Button
          variant="default"
          size="xs"
          disabled={!cursor}
          leftSection={<IconChevronLeft size={15} aria-hidden />}
          onClick={() => onTurn(trail.at(-1) ?? null, trail.slice(0, -1))}
        >
          <FormattedMessage id={cursor && trail.length === 0 ? 'pager.first' : 'pager.previous'} />
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={!nextCursor}
          rightSection={<IconChevronRight size={15} aria-hidden />}
          onClick={() => onTurn(nextCursor, [...trail, cursor ?? null])}
        >
          <FormattedMessage id="pager.next" />
        </Button>
      </div>
    </nav>
  );
}
