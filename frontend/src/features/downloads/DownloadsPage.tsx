import { Button } from '@mantine/core';
import { IconFileZip } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { FormattedMessage } from 'react-intl';
import { downloadsQuery, noteSeen, SHOWN } from '../../api/downloads';
import { Message, ProblemNotice } from '../../components/Message';
import { Frame, Page } from '../../components/Page';
import { PageSkeleton } from '../../components/PageSkeleton';
import { DownloadRow } from './DownloadRow';
import classes from './DownloadsPage.module.css';

/** The ZIPs that were asked for: how far they are, and the finished ones to take. */
export function DownloadsPage() {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ ...downloadsQuery, refetchOnWindowFocus: true });

  useEffect(() => {
    if (data) noteSeen(client, data.items);
  }, [client, data]);

  return (
    <Page name="downloads" width={54}>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!data && !error && <PageSkeleton lines={5} />}
      {data?.items.length === 0 && (
        <Frame>
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
        </Frame>
      )}
      {data && data.items.length > 0 && (
        <Frame as="ul">
          {data.items.map((download) => (
            <DownloadRow key={download.id} download={download} />
          ))}
        </Frame>
      )}
      {data?.next_cursor && (
        <p className={classes.older}>
          <FormattedMessage id="downloads.newest" values={{ count: SHOWN }} />
        </p>
      )}
    </Page>
  );
}
