import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Dialog } from '../../components/Dialog';
import dialog from '../../components/Dialog.module.css';
import { ProblemNotice } from '../../components/Message';
import { useToast } from '../../components/Toasts';
import { type SharedUser, useDeleteSharedUser } from './queries';

type Props = { person: SharedUser | null; onClose: () => void };

/** Asks before a person loses all access. */
export function Removal({ person, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const [shown, setShown] = useState(person);
  if (person && person !== shown) setShown(person);
  const removal = useDeleteSharedUser();
  if (!shown) return null;
  const name = `${shown.first_name} ${shown.last_name}`.trim() || shown.email;
  const close = () => {
    removal.reset();
    onClose();
  };
  return (
    <Dialog
      opened={person !== null}
      onClose={close}
      title={<FormattedMessage id="sharing.delete" values={{ name }} />}
    >
      <p className={dialog.text}>
        <FormattedMessage id="sharing.delete_text" values={{ email: shown.email }} />
      </p>
      <ProblemNotice error={removal.isPending ? null : removal.error} />
      <div className={dialog.actions}>
        <Button variant="default" onClick={close}>
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button
          color="red"
          loading={removal.isPending}
          onClick={() =>
            removal.mutate(
              { params: { path: { shared_user_id: shown.id } } },
              {
                onSuccess: () => {
                  toast({ text: intl.formatMessage({ id: 'sharing.deleted' }, { name }) });
                  close();
                },
              },
            )
          }
        >
          <FormattedMessage id="sharing.delete_confirm" />
        </Button>
      </div>
    </Dialog>
  );
}
