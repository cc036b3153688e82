import { ActionIcon, Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBan,
  IconClockOff,
  IconDownload,
  IconFileZip,
  IconHourglass,
  IconTrash,
} from '@tabler/icons-react';
import { FormattedMessage, useIntl } from 'react-intl';
import { archiveUrl, type Download, isOnItsWay } from '../../api/downloads';
import { formatInstant } from '../../lib/dates';
import { formatBytes } from '../../lib/format';
import classes from './DownloadsPage.module.css';
import { useDownloadActions } from './useDownloadActions';

const ICONS = {
  queued: IconHourglass,
  running: IconHourglass,
  finished: IconFileZip,
  failed: IconAlertTriangle,
  cancelled: IconBan,
  expired: IconClockOff,
};

export function DownloadRow({ download }: { download: Download }) {
  const intl = useIntl();
  const { state, progress, formats, created_at } = download;
  const { cancel, remove, retry, isPending } = useDownloadActions(download);
  const Icon = ICONS[state];
  const made = formatInstant(created_at, intl.locale, 'short');
  const label = (id: 'downloads.remove' | 'downloads.cancel' | 'downloads.retry') =>
    intl.formatMessage({ id: `${id}_one` }, { date: made });
  return (
    <li className={classes.row} data-download-state={state}>
      <span className={classes.icon} data-state={state} aria-hidden>
        <Icon size={19} stroke={1.7} />
      </span>
      <div>
        <p className={classes.name}>
          <FormattedMessage id="downloads.name" values={{ count: progress.total }} />
        </p>
        <p className={classes.facts}>
          {formats.map((format) => format.toUpperCase()).join(', ')} ·{' '}
          <time dateTime={created_at}>{made}</time>
          {download.size_bytes !== null && ` · ${formatBytes(download.size_bytes, intl.locale)}`}
        </p>
        <Progress download={download} />
      </div>
      <div className={classes.actions}>
        {state === 'finished' && (
          <Button
            component="a"
            href={archiveUrl(download)}
            download
            leftSection={<IconDownload size={16} stroke={1.8} aria-hidden />}
          >
            <FormattedMessage id="download.button" />
          </Button>
        )}
        {isOnItsWay(download) ? (
          <Button
            variant="default"
            loading={isPending}
            aria-label={label('downloads.cancel')}
            onClick={cancel}
          >
            <FormattedMessage id="common.cancel" />
          </Button>
        ) : (
          <>
            {state !== 'finished' && (
              <Button
                variant="default"
                loading={isPending}
                aria-label={label('downloads.retry')}
                onClick={retry}
              >
                <FormattedMessage id="downloads.retry" />
              </Button>
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={label('downloads.remove')}
              title={label('downloads.remove')}
              onClick={remove}
            >
              <IconTrash size={17} stroke={1.7} aria-hidden />
            </ActionIcon>
          </>
        )}
      </div>
    </li>
  );
}

/** How far it is, until when it stays, or why there is nothing to take. */
function Progress({ download }: { download: Download }) {
  const intl = useIntl();
  const { state, progress, expires_at } = download;
  if (state === 'running' || state === 'queued') {
    const label = intl.formatMessage({ id: `downloads.state_${state}` }, progress);
    return (
      <div className={classes.progress}>
        <progress aria-label={label} value={progress.done} max={Math.max(1, progress.total)} />
        <span>{label}</span>
      </div>
    );
  }
  if (state === 'failed') {
    return (
      <p className={classes.failure}>
        <FormattedMessage id={`downloads.failure_${download.error ?? 'internal'}`} />
      </p>
    );
  }
  if (state === 'finished') {
    if (!expires_at) return null;
    return (
      <p className={classes.facts}>
        <FormattedMessage
          id="downloads.until"
          values={{ date: formatInstant(expires_at, intl.locale, 'long') }}
        />
      </p>
    );
  }
  return (
    <p className={classes.facts}>
      <FormattedMessage id={`downloads.state_${state}`} />
    </p>
  );
}
