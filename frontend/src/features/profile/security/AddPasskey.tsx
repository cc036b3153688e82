import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { api } from '../../../api/client';
import type { Schema } from '../../../api/schemas';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { canUsePasskeys, hasPasskeys, makePasskey } from '../../../lib/passkeys';
import classes from './AddPasskey.module.css';

/** Registering a passkey: a name to know it by, then the browser's own dialog. */
export function AddPasskey({ onAdded }: { onAdded: () => void }) {
  const intl = useIntl();
  const toast = useToast();
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: () => addPasskey(name.trim()),
    onSuccess: (isMade) => {
      if (!isMade) return;
      toast({ text: intl.formatMessage({ id: 'passkeys.added' }) });
      setName('');
      onAdded();
    },
  });

  if (!canUsePasskeys()) {
    return (
      <p className={classes.note}>
        <FormattedMessage id={hasPasskeys() ? 'passkeys.needs_name' : 'passkeys.no_browser'} />
      </p>
    );
  }
  return (
    <form
      className={classes.add}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <ProblemNotice error={add.isPending ? null : add.error} />
      <div className={classes.line}>
        <TextInput
          label={intl.formatMessage({ id: 'passkeys.name' })}
          placeholder={intl.formatMessage({ id: 'passkeys.name_example' })}
          required
          withAsterisk={false}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={add.isPending}>
          <FormattedMessage id="passkeys.add" />
        </Button>
      </div>
    </form>
  );
}

/** False when the reader closed the browser's dialog. */
async function addPasskey(name: string): Promise<boolean> {
  const offered = await api.POST('/api/v1/me/passkeys/options');
  if (!offered.data) return false;
  const credential = await makePasskey(offered.data.public_key);
  if (!credential) return false;
  const body = {
    challenge: offered.data.challenge,
    name,
    credential: credential as Schema['NewPasskey']['credential'],
  };
  await api.POST('/api/v1/me/passkeys', { body });
  return true;
}
