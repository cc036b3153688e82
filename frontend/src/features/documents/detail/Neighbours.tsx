import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { lazy, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { OnceOpened } from '../../../components/OnceOpened';
import { useShortcuts } from '../../../components/useShortcuts';
import classes from './DetailHeader.module.css';
import { useNeighbours } from './useNeighbours';

const ShortcutsDialog = lazy(async () => ({
  default: (await import('../ShortcutsDialog')).ShortcutsDialog,
}));

/** Leafs through the list without going back to it. */
export function Neighbours({ documentId }: { documentId: string }) {
  const intl = useIntl();
  const [helpOpen, setHelpOpen] = useState(false);
  const neighbours = useNeighbours(documentId);
  const { previous, next, place, total } = neighbours ?? {};
  useShortcuts({
    j: () => next?.(),
    k: () => previous?.(),
    '?': () => setHelpOpen(true),
  });

  const step = (id: 'detail.previous' | 'detail.next', run: (() => void) | undefined) => (
    <ActionIcon
      variant="default"
      size={30}
      aria-label={intl.formatMessage({ id })}
      title={intl.formatMessage({ id })}
      disabled={!run}
      onClick={run}
    >
      {id === 'detail.next' ? (
        <IconChevronRight size={16} aria-hidden />
      ) : (
        <IconChevronLeft size={16} aria-hidden />
      )}
    </ActionIcon>
  );
  return (
    <>
      {neighbours && (
        <nav
          className={classes.neighbours}
          aria-label={intl.formatMessage({ id: 'detail.neighbours' })}
        >
          {typeof place === 'number' && total && (
            <span>
              <FormattedMessage id="detail.place" values={{ place, ...total }} />
            </span>
          )}
          {step('detail.previous', previous)}
          {step('detail.next', next)}
        </nav>
      )}
      <OnceOpened opened={helpOpen}>
        <ShortcutsDialog opened={helpOpen} onClose={() => setHelpOpen(false)} />
      </OnceOpened>
    </>
  );
}
