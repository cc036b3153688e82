import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../api/client';
import { forget, type Me } from '../../api/session';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { ProblemNotice } from '../../components/Message';
import { useToast } from '../../components/Toasts';
import { Card } from './Card';

/** The GDPR's right to erasure: the account ends at once. A main contact hands over first. */
export function EraseCard({ me }: { me: Me }) {
  const intl = useIntl();
  const toast = useToast();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const erase = $api.useMutation('post', '/api/v1/me/erasure', {
    onSuccess: async () => {
      toast({ text: intl.formatMessage({ id: 'erase.done' }) });
      await navigate({ to: '/sign-in' });
      forget(client);
    },
  });

  return (
    <Card
      title={<FormattedMessage id="erase.title" />}
      text={<FormattedMessage id={me.is_main_contact ? 'erase.main_contact' : 'erase.text'} />}
      action={
        me.is_main_contact ? (
          <Button variant="default" renderRoot={(props) => <Link to="/customers" {...props} />}>
            <FormattedMessage id="erase.hand_over" />
          </Button>
        ) : (
          <Button
            variant="default"
            color="red"
            loading={erase.isPending}
            onClick={() => setAsking(true)}
          >
            <FormattedMessage id="erase.action" />
          </Button>
        )
      }
    >
      <ProblemNotice error={erase.isPending ? null : erase.error} />
      <ConfirmDialog
        opened={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => erase.mutate({})}
        title={<FormattedMessage id="erase.confirm_title" />}
        action={<FormattedMessage id="erase.action" />}
      >
        <FormattedMessage id="erase.confirm_text" values={{ email: me.email }} />
      </ConfirmDialog>
    </Card>
  );
}
