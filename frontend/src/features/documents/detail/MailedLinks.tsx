import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { problemSentence } from '../../../api/problem';
import type { Schema } from '../../../api/schemas';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { Instant } from '../../../components/Instant';
import { ProblemNotice } from '../../../components/Message';
import { Section } from '../../../components/Section';
import { useToast } from '../../../components/Toasts';
import { historyQuery } from '../queries';
import classes from './Rows.module.css';

type MailedLink = Schema['MailedLink'];

/** To whom a link was mailed that opens this document without signing in; closed all at once. */
export function MailedLinks({ documentId }: { documentId: string }) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const params = { params: { path: { document_id: documentId } } };
  const query = $api.queryOptions('get', '/api/v1/documents/{document_id}/links', params);
  const { data, error, refetch } = useQuery({ ...query, staleTime: 0 });
  const close = $api.useMutation('delete', '/api/v1/documents/{document_id}/links', {
    onSuccess: () => {
      toast({ text: intl.formatMessage({ id: 'mailed_links.closed_all' }) });
      void client.invalidateQueries({ queryKey: query.queryKey });
      void client.invalidateQueries({ queryKey: historyQuery(documentId).queryKey });
    },
    onError: (problem) => toast({ text: problemSentence(intl, problem) }),
  });
  if (data?.items.length === 0) return null;
  const now = new Date().toISOString();

  return (
    <Section title={<FormattedMessage id="mailed_links.title" />}>
      <p className={classes.text}>
        <FormattedMessage id="mailed_links.text" />
      </p>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {data && (
        <ul className={classes.rows}>
          {data.items.map((link) => (
            <li key={`${link.recipient} ${link.sent_at}`}>
              <p className={classes.name}>{link.recipient}</p>
              <p className={classes.fact} data-open={isOpen(link, now) || undefined}>
                <LinkState link={link} now={now} />
              </p>
            </li>
          ))}
        </ul>
      )}
      {data?.items.some((link) => isOpen(link, now)) && (
        <Button
          variant="default"
          size="xs"
          className={classes.button}
          loading={close.isPending}
          onClick={() => setAsking(true)}
        >
          <FormattedMessage id="mailed_links.close" />
        </Button>
      )}
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => close.mutate(params)}
        title={<FormattedMessage id="mailed_links.close" />}
        action={<FormattedMessage id="mailed_links.close" />}
      >
        <p>
          <FormattedMessage id="mailed_links.close_text" />
        </p>
      </ConfirmDialog>
    </Section>
  );
}

function isOpen({ expires_at, revoked_at }: MailedLink, now: string): boolean {
  return revoked_at === null && (expires_at === null || expires_at > now);
}

function LinkState({ link, now }: { link: MailedLink; now: string }) {
  if (link.revoked_at) {
    const at = <Instant at={link.revoked_at} />;
    return <FormattedMessage id="mailed_links.revoked" values={{ at }} />;
  }
  if (!link.expires_at) return <FormattedMessage id="deliveries.waiting" />;
  const at = <Instant at={link.expires_at} />;
  return (
    <FormattedMessage
      id={isOpen(link, now) ? 'mailed_links.open' : 'mailed_links.expired'}
      values={{ at }}
    />
  );
}
