import { Button } from '@mantine/core';
import { IconFileZip } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { downloadsQuery, noteSeen, SHOWN } from '../../api/downloads';
import { Message, ProblemNotice } from '../../components/Message';
import { PageSkeleton } from '../../components/PageSkeleton';
import { usePageTitle } from '../../components/usePageTitle';
import { DownloadRow } from './DownloadRow';
import classes from './DownloadsPage.module.css';

/** The ZIPs that were asked for: how far they are, and the finished ones to take. */
export function DownloadsPage() {
  const intl = useIntl();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ ...downloadsQuery, refetchOnWindowFocus: true });
  usePageTitle(intl.formatMessage({ id: 'downloads.title' }));

  useEffect(() => {
    if (data) noteSeen(client, data.items);
  }, [client, data]);

  return (
    <div className={classes.page}>
      <div>
        <h1 className={classes.title}>
          <FormattedMessage id="downloads.title" />
        </h1>
        <p className={classes.lead}>
          <FormattedMessage id="downloads.lead" />
        </p>
      </div>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!data && !error && <PageSkeleton lines={5} />}
      {data?.items.length === 0 && (
        <div className={classes.frame}>
          <Message
            icon={<IconFileZip size={24} stroke={1.6} />}
            title={<FormattedMessage id="downloads.empty_title" />}
            actions={
              <Button renderRoot={(props) => <Link to="/documents" {...props} />}>
                <FormattedMessage id="not_found.action" />
              </Button>
            }
          >
            <p>
              <FormattedMessage id="downloads.empty_text" />
            </p>
          </Message>
        </div>
      )}
      {data && data.items.length > 0 && (
        <ul className={classes.frame}>
          {data.items.map((download) => (
            <DownloadRow key={download.id} download={download} />
          ))}
        </ul>
      )}
      {data?.next_cursor && (
        <p className={classes.lead}>
          <FormattedMessage id="downloads.newest" values={{ count: SHOWN }} />
        </p>
      )}
    </div>
  );
}
