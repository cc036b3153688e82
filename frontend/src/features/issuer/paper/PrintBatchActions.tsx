import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { problemSentence } from '../../../api/problem';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { useToast } from '../../../components/Toasts';
import { formatInstant } from '../../../lib/dates';
import classes from './Paper.module.css';
import { batchUrl, isOnItsWay, type PrintBatch, useBuildAgain, useMarkPrinted } from './queries';

/** What can be done with a batch as it stands. */
export function PrintBatchActions({ batch }: { batch: PrintBatch }) {
  const intl = useIntl();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const again = useBuildAgain();
  const printed = useMarkPrinted();
  const params = { path: { print_batch_id: batch.id } };
  const onError = (error: unknown) => toast({ text: problemSentence(intl, error) });
  const hasFile = batch.expires_at !== null && batch.withdrawn === 0;
  const made = { date: formatInstant(batch.created_at, intl.locale, 'short') };
  if (isOnItsWay(batch)) return null;
  return (
    <div className={classes.actions}>
      {hasFile && (
        <Button
          component="a"
          size="xs"
          variant={batch.state === 'printed' ? 'default' : 'filled'}
          href={batchUrl(batch)}
          download
          aria-label={intl.formatMessage({ id: 'print_batches.download_one' }, made)}
          leftSection={<IconDownload size={15} stroke={1.8} aria-hidden />}
        >
          <FormattedMessage id="download.button" />
        </Button>
      )}
      {!hasFile && (
        <Button
          size="xs"
          variant="default"
          loading={again.isPending}
          aria-label={intl.formatMessage({ id: 'print_batches.retry_one' }, made)}
          onClick={() => again.mutate({ params }, { onError })}
        >
          <FormattedMessage id="downloads.retry" />
        </Button>
      )}
      {batch.state === 'finished' && (
        <Button
          size="xs"
          variant="default"
          loading={printed.isPending}
          aria-label={intl.formatMessage({ id: 'print_batches.mark_one' }, made)}
          onClick={() => setAsking(true)}
        >
          <FormattedMessage id="print_batches.mark" />
        </Button>
      )}
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => printed.mutate({ params }, { onError })}
        isDestructive={false}
        title={<FormattedMessage id="print_batches.mark" />}
        action={<FormattedMessage id="print_batches.mark" />}
      >
        <p>
          <FormattedMessage id="print_batches.mark_text" values={{ count: batch.progress.total }} />
        </p>
      </ConfirmDialog>
    </div>
  );
}
