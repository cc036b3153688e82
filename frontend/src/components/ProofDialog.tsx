import { Button, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../api/client';
import { hasCode } from '../api/problem';
import { knownMe } from '../api/session';
import { CodeField } from './CodeField';
import { Dialog } from './Dialog';
import classes from './Dialog.module.css';
import forms from './forms.module.css';
import { ProblemNotice } from './Message';
import { useCooldown } from './useCooldown';

type Props = { opened: boolean; onAnswer: (isProved: boolean) => void };

/** The password once more, and the app's code where there is one; then the action goes on. */
export function ProofDialog({ opened, onAnswer }: Props) {
  return (
    <Dialog
      opened={opened}
      onClose={() => onAnswer(false)}
      title={<FormattedMessage id="proof.title" />}
    >
      <ProofForm onAnswer={onAnswer} />
    </Dialog>
  );
}

function ProofForm({ onAnswer }: { onAnswer: (isProved: boolean) => void }) {
  const intl = useIntl();
  const me = knownMe(useQueryClient());
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const proof = $api.useMutation('post', '/api/v1/auth/step-up', {
    onSuccess: () => onAnswer(true),
  });
  const waiting = useCooldown(proof.error);
  const error = proof.isPending ? null : proof.error;
  const isPasswordWrong = hasCode(error, 'invalid_credentials');

  useEffect(() => {
    if (hasCode(error, 'invalid_code')) setCode('');
  }, [error]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The form that asked may be around this dialog in React's tree; it is not to be sent again.
    event.stopPropagation();
    if (waiting) return;
    proof.mutate({ body: { password, code: me?.mfa_enabled ? code : null } });
  };

  return (
    <form onSubmit={submit}>
      <p className={classes.text}>
        <FormattedMessage id={me?.mfa_enabled ? 'proof.lead_code' : 'proof.lead'} />
      </p>
      <div className={forms.form}>
        <ProblemNotice error={isPasswordWrong ? null : error} />
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={me?.email ?? ''}
          readOnly
          hidden
        />
        <PasswordInput
          label={intl.formatMessage({ id: 'common.password' })}
          name="password"
          autoComplete="current-password"
          data-autofocus
          required
          withAsterisk={false}
          size="md"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={isPasswordWrong ? intl.formatMessage({ id: 'problem.wrong_password' }) : undefined}
          visibilityToggleButtonProps={{
            'aria-label': intl.formatMessage({ id: 'password.toggle' }),
            tabIndex: 0,
          }}
        />
        {me?.mfa_enabled && (
          <CodeField
            value={code}
            onChange={setCode}
            autoFocus={false}
            label={intl.formatMessage({ id: 'proof.code' })}
          />
        )}
      </div>
      <div className={classes.actions}>
        <Button variant="default" onClick={() => onAnswer(false)}>
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button type="submit" loading={proof.isPending} disabled={waiting}>
          <FormattedMessage id="common.confirm" />
        </Button>
      </div>
    </form>
  );
}
