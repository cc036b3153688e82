import { Button, Checkbox, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { hasCode, problemSentence } from '../../../api/problem';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import {
  type CreatedWebhook,
  useChangeWebhook,
  useCreateWebhook,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
} from './queries';
import classes from './Webhooks.module.css';

type Props = {
  opened: boolean;
  /** The one to change; none to make a new one. */
  webhook: Webhook | null;
  onMade?: (webhook: CreatedWebhook) => void;
  onClose: () => void;
};

/** Makes a webhook, or changes where it leads and what it is told of. */
export function WebhookEditor({ opened, webhook, onMade, onClose }: Props) {
  const create = useCreateWebhook();
  const change = useChangeWebhook();
  const close = () => {
    create.reset();
    change.reset();
    onClose();
  };
  const save = (draft: Draft) => {
    if (webhook) {
      const params = { path: { webhook_id: webhook.id } };
      change.mutate({ params, body: draft }, { onSuccess: close });
      return;
    }
    const onSuccess = (made: CreatedWebhook) => {
      onMade?.(made);
      close();
    };
    create.mutate({ body: draft }, { onSuccess });
  };

  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={<FormattedMessage id={webhook ? 'webhooks.edit_title' : 'webhooks.new_title'} />}
    >
      <WebhookForm
        initial={webhook ?? NEW}
        submit={<FormattedMessage id={webhook ? 'common.save' : 'webhooks.create'} />}
        error={create.error ?? change.error}
        isPending={create.isPending || change.isPending}
        onSubmit={save}
        onCancel={close}
      />
    </Dialog>
  );
}

type Draft = Pick<Webhook, 'url' | 'events' | 'description'>;
const NEW: Draft = { url: '', events: [...WEBHOOK_EVENTS], description: '' };

type FormProps = {
  initial: Draft;
  submit: React.ReactNode;
  error: unknown;
  isPending: boolean;
  onSubmit: (draft: Draft) => void;
  onCancel: () => void;
};

function WebhookForm({ initial, submit, error, isPending, onSubmit, onCancel }: FormProps) {
  const intl = useIntl();
  const [url, setUrl] = useState(initial.url);
  const [events, setEvents] = useState(initial.events);
  const [description, setDescription] = useState(initial.description);
  const isAboutUrl = hasCode(error, 'invalid_url');
  const canSend = url.trim() !== '' && events.length > 0;
  const toggle = (event: WebhookEvent) =>
    setEvents(WEBHOOK_EVENTS.filter((each) => (each === event) !== events.includes(each)));
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (canSend) onSubmit({ url: url.trim(), events, description: description.trim() });
  };

  return (
    <form className={forms.form} onSubmit={send}>
      <ProblemNotice error={isAboutUrl ? null : error} />
      <TextInput
        label={intl.formatMessage({ id: 'webhooks.url' })}
        description={intl.formatMessage({ id: 'webhooks.url_hint' })}
        type="url"
        inputMode="url"
        placeholder="https://"
        data-autofocus
        required
        withAsterisk={false}
        maxLength={2000}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={isAboutUrl ? problemSentence(intl, error) : undefined}
      />
      <fieldset className={classes.events}>
        <legend>
          <FormattedMessage id="webhooks.events" />
        </legend>
        {WEBHOOK_EVENTS.map((event) => (
          <Checkbox
            key={event}
            label={intl.formatMessage({ id: `webhooks.event.${event}` })}
            description={<code>{event}</code>}
            checked={events.includes(event)}
            onChange={() => toggle(event)}
          />
        ))}
      </fieldset>
      <TextInput
        label={intl.formatMessage({ id: 'webhooks.description' })}
        description={intl.formatMessage({ id: 'webhooks.description_hint' })}
        maxLength={200}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <div className={dialog.actions}>
        <Button variant="default" onClick={onCancel}>
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button type="submit" loading={isPending} disabled={!canSend}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
