import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { useCollect } from './queries';

type Props = { opened: boolean; onClose: () => void };

/** Collects what waits for the post, all of it or up to a day. */
export function CollectDialog({ opened, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const [until, setUntil] = useState('');
  const collect = useCollect();
  const close = () => {
    collect.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    collect.mutate(
      { body: { published_until: until || null } },
      {
        onSuccess: ({ progress }) => {
          const count = progress.total;
          toast({ text: intl.formatMessage({ id: 'print_batches.made' }, { count }) });
          close();
        },
      },
    );
  };
  return (
    <Dialog
      opened={opened}
      onClose={close}
      title={<FormattedMessage id="print_batches.collect_title" />}
    >
      <p className={dialog.text}>
        <FormattedMessage id="print_batches.collect_text" />
      </p>
      <form onSubmit={submit} className={forms.form}>
        <ProblemNotice error={collect.isPending ? null : collect.error} />
        <TextInput
          type="date"
          label={intl.formatMessage({ id: 'print_batches.until' })}
          description={intl.formatMessage({ id: 'print_batches.until_text' })}
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <div className={dialog.actions}>
          <Button variant="default" onClick={close}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" loading={collect.isPending} data-autofocus>
            <FormattedMessage id="print_batches.collect" />
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
