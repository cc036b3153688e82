import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedList, FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { BY_CURSOR } from '../../../api/pages';
import { hasStatus } from '../../../api/problem';
import type { Schema } from '../../../api/schemas';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { Instant } from '../../../components/Instant';
import { ProblemNotice } from '../../../components/Message';
import { MoreButton } from '../../../components/MoreButton';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { PlainDate } from '../../../components/PlainDate';
import { Status } from '../../../components/Status';
import { useToast } from '../../../components/Toasts';
import { today } from '../../../lib/dates';
import { Item, Items } from '../Card';
import { SCOPES } from './ScopeChoice';
import classes from './Tokens.module.css';
import { TOKENS } from './tokens';

type Token = Schema['Token'];

export function TokenList() {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const [doomed, setDoomed] = useState<Token | null>(null);
  const [isAsking, setAsking] = useState(false);
  const tokens = $api.useInfiniteQuery(
    'get',
    TOKENS,
    { params: { query: { limit: 50 } } },
    BY_CURSOR,
  );
  const refresh = () => void client.invalidateQueries({ queryKey: ['get', TOKENS] });
  const revoke = $api.useMutation('delete', '/api/v1/me/api-tokens/{token_id}', {
    onSuccess: () => {
      toast({ text: intl.formatMessage({ id: 'tokens.revoked' }) });
      refresh();
    },
    onError: (error: unknown) => hasStatus(error, 404) && refresh(),
  });
  const items = tokens.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <>
      <ProblemNotice error={tokens.error} onRetry={() => void tokens.refetch()} />
      <ProblemNotice
        error={revoke.isPending || hasStatus(revoke.error, 404) ? null : revoke.error}
      />
      {tokens.isPending && <PageSkeleton lines={3} />}
      {tokens.data && items.length === 0 && (
        <p className={classes.empty}>
          <FormattedMessage id="tokens.empty" />
        </p>
      )}
      {items.length > 0 && (
        <Items label={intl.formatMessage({ id: 'tokens.yours' })}>
          {items.map((token) => (
            <TokenItem
              key={token.id}
              token={token}
              onRevoke={() => {
                setDoomed(token);
                setAsking(true);
              }}
            />
          ))}
        </Items>
      )}
      <MoreButton list={tokens} />
      <ConfirmDialog
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => doomed && revoke.mutate({ params: { path: { token_id: doomed.id } } })}
        title={<FormattedMessage id="tokens.revoke_title" values={{ name: doomed?.name }} />}
        action={<FormattedMessage id="tokens.revoke" />}
      >
        <FormattedMessage id="tokens.revoke_text" />
      </ConfirmDialog>
    </>
  );
}

function TokenItem({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const intl = useIntl();
  const hasExpired = token.expires_on < today();
  return (
    <Item
      icon={<IconKey size={18} stroke={1.7} />}
      title={
        <>
          {token.name}
          {hasExpired && (
            <Status tone="warning">
              <FormattedMessage id="tokens.expired" />
            </Status>
          )}
        </>
      }
      facts={[
        <FormattedList
          key="scopes"
          type="unit"
          value={token.scopes.map((scope) => intl.formatMessage({ id: SCOPES[scope] }))}
        />,
        token.customer_ids && (
          <FormattedMessage
            key="customers"
            id="tokens.customer_count"
            values={{ count: token.customer_ids.length }}
          />
        ),
        <FormattedMessage
          key="until"
          id="tokens.until"
          values={{ date: <PlainDate date={token.expires_on} /> }}
        />,
        token.last_used_at ? (
          <FormattedMessage
            key="used"
            id="common.used_at"
            values={{ at: <Instant at={token.last_used_at} /> }}
          />
        ) : (
          <FormattedMessage key="unused" id="common.never_used" />
        ),
      ]}
      action={
        <Button
          variant="default"
          size="xs"
          aria-label={intl.formatMessage({ id: 'tokens.revoke_one' }, { name: token.name })}
          onClick={onRevoke}
        >
          <FormattedMessage id="tokens.revoke" />
        </Button>
      }
    />
  );
}
