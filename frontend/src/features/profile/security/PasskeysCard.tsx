import { Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { BY_CURSOR } from '../../../api/pages';
import { hasStatus } from '../../../api/problem';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { Instant } from '../../../components/Instant';
import { ProblemNotice } from '../../../components/Message';
import { MoreButton } from '../../../components/MoreButton';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { useToast } from '../../../components/Toasts';
import { Card, Item, Items } from '../Card';
import { AddPasskey } from './AddPasskey';

const PATH = '/api/v1/me/passkeys';

/** The reader's passkeys: the one answer to relayed codes, beside the app. */
export function PasskeysCard() {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const [doomed, setDoomed] = useState<{ id: string; name: string } | null>(null);
  const [isAsking, setAsking] = useState(false);
  const passkeys = $api.useInfiniteQuery(
    'get',
    PATH,
    { params: { query: { limit: 50 } } },
    BY_CURSOR,
  );
  const refresh = () => void client.invalidateQueries({ queryKey: ['get', PATH] });
  const remove = $api.useMutation('delete', '/api/v1/me/passkeys/{passkey_id}', {
    onSuccess: () => {
      toast({ text: intl.formatMessage({ id: 'passkeys.removed' }) });
      refresh();
    },
    onError: (error: unknown) => hasStatus(error, 404) && refresh(),
  });
  const items = passkeys.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <Card
      title={<FormattedMessage id="passkeys.title" />}
      text={<FormattedMessage id="passkeys.text" />}
    >
      <ProblemNotice error={passkeys.error} onRetry={() => void passkeys.refetch()} />
      <ProblemNotice
        error={remove.isPending || hasStatus(remove.error, 404) ? null : remove.error}
      />
      {passkeys.isPending && <PageSkeleton lines={2} />}
      {items.length > 0 && (
        <Items label={intl.formatMessage({ id: 'passkeys.title' })}>
          {items.map((passkey) => (
            <Item
              key={passkey.id}
              icon={<IconFingerprint size={18} stroke={1.7} />}
              title={passkey.name}
              facts={[
                <FormattedMessage
                  key="made"
                  id="common.created_at"
                  values={{ at: <Instant at={passkey.created_at} /> }}
                />,
                passkey.last_used_at ? (
                  <FormattedMessage
                    key="used"
                    id="common.used_at"
                    values={{ at: <Instant at={passkey.last_used_at} /> }}
                  />
                ) : (
                  <FormattedMessage key="unused" id="common.never_used" />
                ),
              ]}
              action={
                <Button
                  variant="default"
                  size="xs"
                  aria-label={intl.formatMessage({ id: 'passkeys.remove_one' }, passkey)}
                  onClick={() => {
                    setDoomed(passkey);
                    setAsking(true);
                  }}
                >
                  <FormattedMessage id="common.remove" />
                </Button>
              }
            />
          ))}
        </Items>
      )}
      <MoreButton list={passkeys} />
      <AddPasskey onAdded={refresh} />
      <ConfirmDialog
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => doomed && remove.mutate({ params: { path: { passkey_id: doomed.id } } })}
        title={<FormattedMessage id="passkeys.remove_title" values={{ name: doomed?.name }} />}
        action={<FormattedMessage id="common.remove" />}
      >
        <FormattedMessage id="passkeys.remove_text" />
      </ConfirmDialog>
    </Card>
  );
}
