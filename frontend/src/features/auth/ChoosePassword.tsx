import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useIntl } from 'react-intl';
import { ApiProblem, fieldSentence, hasCode, problemSentence } from '../../api/problem';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { PasswordField } from '../../components/PasswordField';
import { useCooldown } from '../../components/useCooldown';
import { isAcceptable, passwordAdvice } from '../../lib/password';

type Props = {
  label: string;
  submit: ReactNode;
  email?: string | undefined;
  request: { mutate: (password: string) => void; isPending: boolean; error: unknown };
};

export function ChoosePassword({ label, submit, email, request }: Props) {
  const intl = useIntl();
  const [password, setPassword] = useState('');
  const [refused, setRefused] = useState<string | null>(null);
  const waiting = useCooldown(request.error);
  const { error, isPending } = request;
  const isAboutPassword = error instanceof ApiProblem && error.status === 422;
  const fieldError =
    isAboutPassword && password === refused
      ? hasCode(error, 'weak_password')
        ? problemSentence(intl, error)
        : (fieldSentence(intl, error, 'password') ?? problemSentence(intl, error))
      : undefined;

  const submitted = (event: FormEvent) => {
    event.preventDefault();
    if (waiting || !isAcceptable(passwordAdvice(password, email))) return;
    setRefused(password);
    request.mutate(password);
  };

  return (
    <form className={forms.form} onSubmit={submitted}>
      <ProblemNotice error={isPending || isAboutPassword ? null : error} />
      {email && (
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      )}
      <PasswordField
        label={label}
        value={password}
        onChange={setPassword}
        email={email}
        error={isPending ? undefined : fieldError}
      />
      <Button
        type="submit"
        size="md"
        fullWidth
        loading={isPending}
        disabled={waiting || !isAcceptable(passwordAdvice(password, email))}
      >
        {submit}
      </Button>
    </form>
  );
}
