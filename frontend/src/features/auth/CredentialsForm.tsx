import { Button, PasswordInput, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../api/client';
import type { Me } from '../../api/session';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { useCooldown } from '../../components/useCooldown';
import { canUsePasskeys } from '../../lib/passkeys';
import type { HalfSignIn } from './methods';
import { PasskeyButton } from './PasskeyButton';

type Props = {
  email: string;
  onEmail: (email: string) => void;
  earlier: unknown;
  onSignedIn: (user: Me) => void;
  onHalf: (half: HalfSignIn) => void;
};

export function CredentialsForm({ email, onEmail, earlier, onSignedIn, onHalf }: Props) {
  const intl = useIntl();
  const [password, setPassword] = useState('');
  const passwordInput = useRef<HTMLInputElement>(null);
  const login = $api.useMutation('post', '/api/v1/auth/login', {
    onSuccess: (answer) => {
      if (answer.state === 'signed_in') onSignedIn(answer.user);
      else onHalf(answer);
    },
    onError: () => passwordInput.current?.select(),
  });
  const waiting = useCooldown(login.error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!waiting) login.mutate({ body: { email: email.trim(), password } });
  };

  return (
    <form className={forms.form} onSubmit={submit}>
      <ProblemNotice error={login.isPending ? null : (login.error ?? earlier)} />
      <TextInput
        label={intl.formatMessage({ id: 'common.email' })}
        type="email"
        name="email"
        autoComplete="username"
        required
        withAsterisk={false}
        size="md"
        value={email}
        onChange={(event) => onEmail(event.currentTarget.value)}
      />
      <PasswordInput
        ref={passwordInput}
        label={intl.formatMessage({ id: 'common.password' })}
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        size="md"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{
          'aria-label': intl.formatMessage({ id: 'password.toggle' }),
          tabIndex: 0,
        }}
      />
      <Button type="submit" size="md" fullWidth loading={login.isPending} disabled={waiting}>
        <FormattedMessage id="sign_in.submit" />
      </Button>
      {canUsePasskeys() && <PasskeyButton onSignedIn={onSignedIn} />}
      <Link to="/password/forgot">
        <FormattedMessage id="sign_in.forgot" />
      </Link>
    </form>
  );
}
