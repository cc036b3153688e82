import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../api/client';
import { hasCode, hasStatus } from '../../api/problem';
import type { Me } from '../../api/session';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { useCooldown } from '../../components/useCooldown';
import classes from './CodeForm.module.css';

type Props = {
  challenge: string;
  onSignedIn: (user: Me) => void;
  onBack: (error?: unknown) => void;
};

const LENGTH = 6;

/** The authenticator app's code: one field, which phones fill and which takes a pasted code. */
export function CodeForm({ challenge, onSignedIn, onBack }: Props) {
  const intl = useIntl();
  const [code, setCode] = useState('');
  const verify = $api.useMutation('post', '/api/v1/auth/mfa', {
    onSuccess: (answer) => onSignedIn(answer.user),
    onError: (error: unknown) => {
      setCode('');
      // A challenge that is used up or too old can only be replaced by signing in again.
      if (hasStatus(error, 401) && !hasCode(error, 'invalid_code')) onBack(error);
    },
  });
  const waiting = useCooldown(verify.error);

  const send = (digits: string) => {
    if (digits.length === LENGTH && !waiting) verify.mutate({ body: { challenge, code: digits } });
  };

  return (
    <form
      className={forms.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send(code);
      }}
    >
      <ProblemNotice error={verify.isPending ? null : verify.error} />
      <TextInput
        label={intl.formatMessage({ id: 'sign_in.code_label' })}
        classNames={{ input: classes.code ?? '' }}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        required
        withAsterisk={false}
        size="lg"
        labelProps={{ size: 'md' }}
        maxLength={12}
        placeholder="000000"
        value={code}
        onChange={(event) => {
          const digits = event.currentTarget.value.replace(/\D/g, '').slice(0, LENGTH);
          setCode(digits);
          send(digits);
        }}
      />
      <Button type="submit" size="md" fullWidth loading={verify.isPending} disabled={waiting}>
        <FormattedMessage id="sign_in.code_submit" />
      </Button>
      <Button variant="subtle" color="gray" onClick={() => onBack()}>
        <FormattedMessage id="common.back" />
      </Button>
    </form>
  );
}
