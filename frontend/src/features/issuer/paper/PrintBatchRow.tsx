import { FormattedMessage, useIntl } from 'react-intl';
import { Instant } from '../../../components/Instant';
import { PlainDate } from '../../../components/PlainDate';
import { Status } from '../../../components/Status';
import { formatBytes } from '../../../lib/format';
import table from '../DeskTable.module.css';
import classes from './Paper.module.css';
import { PrintBatchActions } from './PrintBatchActions';
import { isOnItsWay, type PrintBatch } from './queries';

const TONES = {
  queued: 'off',
  running: 'off',
  finished: 'warning',
  printed: 'good',
  failed: 'bad',
} as const;

export function PrintBatchRow({ batch }: { batch: PrintBatch }) {
  const { locale } = useIntl();
  const { state, progress, published_until: until, size_bytes: size } = batch;
  return (
    <tr data-batch-state={state}>
      <td>
        <p className={table.strong}>
          <Instant at={batch.created_at} />
        </p>
        {until && (
          <p className={table.detail}>
            <FormattedMessage
              id="print_batches.up_to"
              values={{ date: <PlainDate key="date" date={until} /> }}
            />
          </p>
        )}
      </td>
      <td className={table.narrow}>
        <p>
          <FormattedMessage id="print_batches.documents" values={{ count: progress.total }} />
        </p>
        {size !== null && <p className={table.detail}>{formatBytes(size, locale)}</p>}
      </td>
      <td className={table.wide}>
        <Status tone={TONES[state]}>
          <FormattedMessage id={`print_batches.state_${state}`} />
        </Status>
        <Particulars batch={batch} />
      </td>
      <td className={table.wide}>
        <PrintBatchActions batch={batch} />
      </td>
    </tr>
  );
}

/** How far it is, when it was fetched or printed, or what stands in the way. */
function Particulars({ batch }: { batch: PrintBatch }) {
  const intl = useIntl();
  const { state, progress, withdrawn } = batch;
  const { fetched_at: fetchedAt, printed_at: printedAt, expires_at: expiresAt } = batch;
  if (isOnItsWay(batch)) {
    const label = intl.formatMessage({ id: 'downloads.state_running' }, progress);
    return (
      <div className={classes.progress}>
        <progress aria-label={label} value={progress.done} max={Math.max(1, progress.total)} />
        <span>{label}</span>
      </div>
    );
  }
  if (state === 'failed') {
    return (
      <p className={table.error}>
        <FormattedMessage id={`print_batches.failure_${batch.error ?? 'internal'}`} />
      </p>
    );
  }
  if (withdrawn > 0) {
    return (
      <p className={table.error}>
        <FormattedMessage id="print_batches.withdrawn" values={{ count: withdrawn }} />
      </p>
    );
  }
  if (printedAt) {
    return (
      <p className={table.detail}>
        <Instant at={printedAt} />
      </p>
    );
  }
  if (!expiresAt) {
    return (
      <p className={table.detail}>
        <FormattedMessage id="print_batches.gone" />
      </p>
    );
  }
  return (
    fetchedAt && (
      <p className={table.detail}>
        <FormattedMessage
          id="print_batches.fetched"
          values={{ at: <Instant key="at" at={fetchedAt} /> }}
        />
      </p>
    )
  );
}
