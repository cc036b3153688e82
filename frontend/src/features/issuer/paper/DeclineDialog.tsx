import { Button, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { type IssuedPaperRequest, useChangePaperRequest } from './queries';

const MOST_CHARACTERS = 500;

type Props = { request: IssuedPaperRequest; opened: boolean; onClose: () => void };

/** Declines a request, for a reason that is mailed to whoever asked. */
export function DeclineDialog({ request, opened, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const change = useChangePaperRequest();
  const [reason, setReason] = useState('');
  const [isTold, setTold] = useState(false);
  const said = reason.trim();
  const { number } = request.document;

  const close = () => {
    change.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTold(true);
    if (!said) return;
    change.mutate(
      {
        params: { path: { paper_request_id: request.id } },
        body: { state: 'declined', reason: said },
      },
      {
        onSuccess: () => {
          onClose();
          toast({ text: intl.formatMessage({ id: 'paper_requests.declined_told' }, { number }) });
        },
      },
    );
  };

  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={<FormattedMessage id="paper_requests.decline_one" values={{ number }} />}
    >
      <form onSubmit={submit} className={forms.form}>
        <ProblemNotice error={change.isPending ? null : change.error} />
        <Textarea
          label={intl.formatMessage({ id: 'administration.reason' })}
          description={intl.formatMessage({ id: 'paper_requests.reason_text' })}
          rows={3}
          maxLength={MOST_CHARACTERS}
          data-autofocus
          value={reason}
          error={isTold && !said && intl.formatMessage({ id: 'field.missing' })}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className={dialog.actions}>
          <Button variant="default" onClick={close}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" color="red" loading={change.isPending}>
            <FormattedMessage id="paper_requests.decline" />
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
