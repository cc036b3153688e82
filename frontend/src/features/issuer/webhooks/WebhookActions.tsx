import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { lazy, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { problemSentence } from '../../../api/problem';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { OnceOpened } from '../../../components/OnceOpened';
import { useToast } from '../../../components/Toasts';
import type { MessageId } from '../../../i18n/intl';
import { useChangeWebhook, useDeleteWebhook, useTestWebhook, type Webhook } from './queries';
import classes from './Webhooks.module.css';

const WebhookEditor = lazy(async () => ({
  default: (await import('./WebhookEditor')).WebhookEditor,
}));

/** What can be done with a webhook. */
export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const intl = useIntl();
  const toast = useToast();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<'edit' | 'pause' | 'delete' | null>(null);
  const test = useTestWebhook();
  const change = useChangeWebhook();
  const remove = useDeleteWebhook();
  const params = { path: { webhook_id: webhook.id } };
  const close = () => setAsked(null);
  const told = (id: MessageId, then?: () => void) => ({
    onSuccess: () => {
      toast({ text: intl.formatMessage({ id }) });
      then?.();
    },
    onError: (error: unknown) => toast({ text: problemSentence(intl, error) }),
  });
  const setActive = (active: boolean) =>
    change.mutate(
      { params, body: { active } },
      told(active ? 'webhooks.resumed' : 'webhooks.paused_now'),
    );

  return (
    <div className={classes.actions}>
      <Button
        size="xs"
        loading={test.isPending}
        onClick={() => test.mutate({ params }, told('webhooks.tested'))}
      >
        <FormattedMessage id="webhooks.test" />
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsked('edit')}>
        <FormattedMessage id="common.change" />
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={change.isPending}
        onClick={() => (webhook.active ? setAsked('pause') : setActive(true))}
      >
        <FormattedMessage id={webhook.active ? 'webhooks.pause' : 'webhooks.resume'} />
      </Button>
      <Button size="xs" variant="default" onClick={() => setAsked('delete')}>
        <FormattedMessage id="webhooks.delete" />
      </Button>
      <OnceOpened opened={asked === 'edit'}>
        <WebhookEditor opened={asked === 'edit'} webhook={webhook} onClose={close} />
      </OnceOpened>
      <ConfirmDialog
        opened={asked === 'pause'}
        onClose={close}
        onConfirm={() => setActive(false)}
        title={<FormattedMessage id="webhooks.pause_title" />}
        action={<FormattedMessage id="webhooks.pause" />}
      >
        <FormattedMessage id="webhooks.pause_text" />
      </ConfirmDialog>
      <ConfirmDialog
        opened={asked === 'delete'}
        onClose={close}
        onConfirm={() =>
          remove.mutate(
            { params },
            told('webhooks.deleted', () => void navigate({ to: '/issuer/webhooks' })),
          )
        }
        title={<FormattedMessage id="webhooks.delete_title" />}
        action={<FormattedMessage id="webhooks.delete" />}
      >
        <FormattedMessage id="webhooks.delete_text" />
      </ConfirmDialog>
    </div>
  );
}
