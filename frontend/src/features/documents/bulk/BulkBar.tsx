import { ActionIcon, Button } from '@mantine/core';
import {
  IconDownload,
  IconFileExport,
  IconMail,
  IconMailOpened,
  IconTag,
  IconX,
} from '@tabler/icons-react';
import { lazy, type ReactNode, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { OnceOpened } from '../../../components/OnceOpened';
import type { MessageId } from '../../../i18n/intl';
import type { Filters } from '../filters';
import type { Document } from '../queries';
import { chosenBody, pageState, type Selection, totalChosen } from '../selection';
import type { Total } from '../total';
import classes from './BulkBar.module.css';
import { useMarking } from './changes';

const TagDialog = lazy(async () => ({ default: (await import('./TagDialog')).TagDialog }));
const DownloadDialog = lazy(async () => ({
  default: (await import('./DownloadDialog')).DownloadDialog,
}));
const ExportDialog = lazy(async () => ({
  default: (await import('../export/ExportDialog')).ExportDialog,
}));

type Props = {
  selection: Selection;
  filters: Filters;
  page: readonly Document[];
  matching: Total;
  onAll: () => void;
  onClear: () => void;
};

const icon = { size: 17, stroke: 1.8, 'aria-hidden': true } as const;

/** What can be done with the selected documents; it stays in sight while the list scrolls. */
export function BulkBar({ selection, filters, page, matching, onAll, onClear }: Props) {
  const intl = useIntl();
  const [dialog, setDialog] = useState<'tags' | 'download' | 'export' | null>(null);
  const { mark, isPending } = useMarking();
  const total = totalChosen(selection, matching);
  const chosen = chosenBody(selection, filters);
  const offersAll =
    !selection.all && matching.count > total.count && pageState(selection, page) === 'all';
  const close = () => setDialog(null);

  return (
    <section
      className={classes.bar}
      data-bulk-bar
      aria-label={intl.formatMessage({ id: 'selection.label' })}
    >
      <div className={classes.what}>
        <p role="status" className={classes.count}>
          <FormattedMessage
            id={selection.all ? 'selection.all_count' : 'selection.count'}
            values={total}
          />
        </p>
        {offersAll && (
          <button type="button" className={classes.all} onClick={onAll}>
            <FormattedMessage id="selection.choose_all" values={matching} />
          </button>
        )}
      </div>
      <div className={classes.actions}>
        <Action
          id="selection.tags"
          icon={<IconTag {...icon} />}
          onClick={() => setDialog('tags')}
        />
        <Action
          id="selection.download"
          icon={<IconDownload {...icon} />}
          onClick={() => setDialog('download')}
        />
        <Action
          id="selection.export"
          icon={<IconFileExport {...icon} />}
          onClick={() => setDialog('export')}
        />
        <Action
          id="row_menu.mark_read"
          icon={<IconMailOpened {...icon} />}
          isPending={isPending}
          isSmall
          onClick={() => mark(chosen, true)}
        />
        <Action
          id="row_menu.mark_unread"
          icon={<IconMail {...icon} />}
          isPending={isPending}
          isSmall
          onClick={() => mark(chosen, false)}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={intl.formatMessage({ id: 'selection.clear' })}
          title={intl.formatMessage({ id: 'selection.clear' })}
          onClick={onClear}
        >
          <IconX {...icon} />
        </ActionIcon>
      </div>
      <OnceOpened opened={dialog === 'tags'}>
        <TagDialog
          opened={dialog === 'tags'}
          onClose={close}
          chosen={chosen}
          total={total}
          documents={selection.all ? null : [...selection.documents.values()]}
        />
      </OnceOpened>
      <OnceOpened opened={dialog === 'download'}>
        <DownloadDialog
          opened={dialog === 'download'}
          onClose={close}
          chosen={chosen}
          total={total}
        />
      </OnceOpened>
      <OnceOpened opened={dialog === 'export'}>
        <ExportDialog
          opened={dialog === 'export'}
          onClose={close}
          filters={filters}
          ids={chosen.document_ids ?? null}
          total={total}
        />
      </OnceOpened>
    </section>
  );
}

type ActionProps = {
  id: MessageId;
  icon: ReactNode;
  onClick: () => void;
  isPending?: boolean;
  isSmall?: boolean;
};

function Action({ id, icon, onClick, isPending = false, isSmall = false }: ActionProps) {
  const intl = useIntl();
  const label = intl.formatMessage({ id });
  return (
    <Button
      variant="default"
      className={classes.action}
      data-small={isSmall || undefined}
      loading={isPending}
      title={label}
      onClick={onClick}
    >
      {icon}
      <span className={classes.label}>{label}</span>
    </Button>
  );
}
