import { Button, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { meQuery, portalQuery } from '../../../api/session';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { type DocumentDetail, historyQuery } from '../queries';
import classes from './QuestionDialog.module.css';

const MOST_CHARACTERS = 2000;

type Props = { document: DocumentDetail; opened: boolean; onClose: () => void };

/** What is written stays when the dialog is closed, until it is sent. */
export function QuestionDialog({ document, opened, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const { data: portal } = useQuery(portalQuery);
  const { data: me } = useQuery(meQuery);
  const [message, setMessage] = useState('');
  const send = $api.useMutation('post', '/api/v1/documents/{document_id}/questions');
  const kind = intl.formatMessage({ id: `kind.${document.kind}` });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate(
      { params: { path: { document_id: document.id } }, body: { message: message.trim() } },
      {
        onSuccess: () => {
          setMessage('');
          onClose();
          toast({ text: intl.formatMessage({ id: 'question.sent' }, { email: me?.email ?? '' }) });
          void client.invalidateQueries({ queryKey: historyQuery(document.id).queryKey });
        },
      },
    );
  };

  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={
        <FormattedMessage id="question.title" values={{ document: `${kind} ${document.number}` }} />
      }
    >
      <form onSubmit={submit} className={classes.form}>
        <ProblemNotice error={send.isPending ? null : send.error} />
        <p className={dialog.text}>
          <FormattedMessage
            id="question.lead"
            values={{ issuer: portal?.name ?? '', email: me?.email ?? '' }}
          />
        </p>
        <Textarea
          label={intl.formatMessage({ id: 'question.message' })}
          value={message}
          rows={6}
          required
          withAsterisk={false}
          maxLength={MOST_CHARACTERS}
          data-autofocus
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <div className={dialog.actions}>
          <Button variant="default" onClick={onClose}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" loading={send.isPending} disabled={!message.trim()}>
            <FormattedMessage id="question.send" />
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
