import { Button, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { type DocumentDetail, documentQuery, historyQuery, LIST } from '../queries';

type Props = { document: DocumentDetail; opened: boolean; onClose: () => void };

const MOST = 500;

/** Withdraws a document, for a reason that its readers see in the history. */
export function Withdrawal({ document, opened, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const withdraw = $api.useMutation('post', '/api/v1/issuer/documents/{document_id}/withdraw', {
    onSuccess: () => {
      toast({
        text: intl.formatMessage({ id: 'administration.withdrawn' }, { number: document.number }),
      });
      onClose();
      for (const { queryKey } of [documentQuery(document.id), historyQuery(document.id)])
        void client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: LIST, refetchType: 'none' });
    },
  });
  const said = reason.trim();
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={
        <FormattedMessage id="administration.withdraw_title" values={{ number: document.number }} />
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setMissing(!said);
          if (!said) return;
          withdraw.mutate({
            params: { path: { document_id: document.id } },
            body: { reason: said },
          });
        }}
      >
        <p className={dialog.text}>
          <FormattedMessage id="administration.withdraw_text" />
        </p>
        <ProblemNotice error={withdraw.error} />
        <Textarea
          mt="md"
          label={intl.formatMessage({ id: 'administration.reason' })}
          description={intl.formatMessage({ id: 'administration.reason_text' })}
          rows={3}
          maxLength={MOST}
          data-autofocus
          value={reason}
          error={missing && !said ? intl.formatMessage({ id: 'field.missing' }) : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <div className={dialog.actions}>
          <Button variant="default" onClick={onClose}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" color="red" loading={withdraw.isPending}>
            <FormattedMessage id="administration.withdraw" />
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
