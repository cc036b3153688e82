import { Button, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { meQuery } from '../../../api/session';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { type DocumentDetail, historyQuery } from '../queries';
import { paperRequestQuery } from './queries';

const MOST_CHARACTERS = 500;

type Props = { document: DocumentDetail; opened: boolean; onClose: () => void };

/** Asks for the price of a copy on paper; nothing is owed before it is accepted by paying. */
export function PaperDialog({ document, opened, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const [address, setAddress] = useState('');
  const [message, setMessage] = useState('');
  const email = me?.email ?? '';
  const ask = $api.useMutation('post', '/api/v1/documents/{document_id}/paper-requests', {
    onSuccess: () => {
      setAddress('');
      setMessage('');
      onClose();
      toast({ text: intl.formatMessage({ id: 'paper.asked' }, { email }) });
    },
    // Also when it is refused: perhaps it was asked for elsewhere.
    onSettled: () => {
      for (const { queryKey } of [paperRequestQuery(document.id), historyQuery(document.id)])
        void client.invalidateQueries({ queryKey });
    },
  });

  const close = () => {
    ask.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate({
      params: { path: { document_id: document.id } },
      body: { address: address.trim() || null, message: message.trim() || null },
    });
  };

  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={<FormattedMessage id="paper.title" values={{ number: document.number }} />}
    >
      <p className={dialog.text}>
        <FormattedMessage id="paper.free" />
      </p>
      <p className={dialog.text}>
        <FormattedMessage id="paper.lead" values={{ email }} />
      </p>
      <form onSubmit={submit} className={forms.form}>
        <ProblemNotice error={ask.isPending ? null : ask.error} />
        <Textarea
          label={intl.formatMessage({ id: 'paper.address' })}
          description={intl.formatMessage({ id: 'paper.address_text' })}
          autoComplete="street-address"
          rows={3}
          maxLength={MOST_CHARACTERS}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Textarea
          label={intl.formatMessage({ id: 'paper.message' })}
          rows={2}
          maxLength={MOST_CHARACTERS}
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <div className={dialog.actions}>
          <Button variant="default" onClick={close}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" loading={ask.isPending}>
            <FormattedMessage id="paper.ask" />
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
