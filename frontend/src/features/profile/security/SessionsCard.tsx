import { Button } from '@mantine/core';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { BY_CURSOR } from '../../../api/pages';
import { hasStatus } from '../../../api/problem';
import { Instant } from '../../../components/Instant';
import { ProblemNotice } from '../../../components/Message';
import { MoreButton } from '../../../components/MoreButton';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { Status } from '../../../components/Status';
import { useToast } from '../../../components/Toasts';
import { Card, Item, Items } from '../Card';

const PATH = '/api/v1/me/sessions';

/** Where the reader is signed in (A10): each browser can be signed out from here. */
export function SessionsCard() {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const sessions = $api.useInfiniteQuery(
    'get',
    PATH,
    { params: { query: { limit: 50 } } },
    { ...BY_CURSOR, staleTime: 0 },
  );
  const refresh = () => void client.invalidateQueries({ queryKey: ['get', PATH] });
  const end = $api.useMutation('delete', '/api/v1/me/sessions/{session_id}', {
    onSuccess: () => {
      toast({ text: intl.formatMessage({ id: 'sessions.ended' }) });
      refresh();
    },
    // Somebody was faster: it has ended anyway.
    onError: (error: unknown) => hasStatus(error, 404) && refresh(),
  });
  const unknown = intl.formatMessage({ id: 'sessions.unknown_device' });

  return (
    <Card
      title={<FormattedMessage id="sessions.title" />}
      text={<FormattedMessage id="sessions.text" />}
    >
      <ProblemNotice error={sessions.error} onRetry={() => void sessions.refetch()} />
      <ProblemNotice error={hasStatus(end.error, 404) ? null : end.error} />
      {sessions.isPending && <PageSkeleton lines={3} />}
      <Items label={intl.formatMessage({ id: 'sessions.title' })}>
        {sessions.data?.pages
          .flatMap(({ items }) => items)
          .map((session) => (
            <Item
              key={session.id}
              icon={<IconDeviceDesktop size={18} stroke={1.7} />}
              title={
                <>
                  {session.device ?? unknown}
                  {session.current && (
                    <Status tone="good">
                      <FormattedMessage id="sessions.current" />
                    </Status>
                  )}
                </>
              }
              facts={[
                session.network_address,
                <FormattedMessage
                  key="seen"
                  id="sessions.seen"
                  values={{ at: <Instant at={session.last_seen_at} /> }}
                />,
              ]}
              action={
                !session.current && (
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={intl.formatMessage(
                      { id: 'sessions.end_one' },
                      { device: session.device ?? unknown },
                    )}
                    loading={end.isPending && end.variables.params.path.session_id === session.id}
                    onClick={() => end.mutate({ params: { path: { session_id: session.id } } })}
                  >
                    <FormattedMessage id="sessions.end" />
                  </Button>
                )
              }
            />
          ))}
      </Items>
      <MoreButton list={sessions} />
    </Card>
  );
}
