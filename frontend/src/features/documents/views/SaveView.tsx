import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { useSaveView } from './queries';

export const NAME_LENGTH = 60;

type Props = { opened: boolean; query: string; onClose: () => void };

export function SaveView({ opened, query, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const save = useSaveView();
  const [name, setName] = useState('');

  const close = () => {
    save.reset();
    setName('');
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={<FormattedMessage id="views.save_title" />}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(
            { body: { name: name.trim(), query } },
            {
              onSuccess: ({ name: saved }) => {
                toast({ text: intl.formatMessage({ id: 'views.saved' }, { name: saved }) });
                close();
              },
            },
          );
        }}
      >
        <ProblemNotice error={save.error} />
        <TextInput
          label={intl.formatMessage({ id: 'views.name' })}
          value={name}
          required
          withAsterisk={false}
          maxLength={NAME_LENGTH}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className={dialog.actions}>
          <Button variant="default" onClick={close}>
            <FormattedMessage id="common.cancel" />
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!name.trim()}>
            <FormattedMessage id="common.save" />
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
