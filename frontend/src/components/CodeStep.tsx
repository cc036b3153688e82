import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { CodeField, isComplete } from './CodeField';
import forms from './forms.module.css';
import { ProblemNotice } from './Message';
import { useCooldown } from './useCooldown';

type Props = {
  request: { mutate: (code: string) => void; isPending: boolean; error: unknown };
  submit?: ReactNode;
  /** What else can be done here: back, send again. */
  children?: ReactNode;
};

/** A form with nothing but a code: sent with its last digit, emptied when it was refused. */
export function CodeStep({ request, submit, children }: Props) {
  const [code, setCode] = useState('');
  const waiting = useCooldown(request.error);
  const { error, isPending } = request;

  useEffect(() => {
    if (error) setCode('');
  }, [error]);

  const send = (digits: string) => {
    if (isComplete(digits) && !waiting && !isPending) request.mutate(digits);
  };

  return (
    <form
      className={forms.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send(code);
      }}
    >
      <ProblemNotice error={isPending ? null : error} />
      <CodeField value={code} onChange={setCode} onComplete={send} />
      <Button type="submit" size="md" fullWidth loading={isPending} disabled={waiting}>
        {submit ?? <FormattedMessage id="common.continue" />}
      </Button>
      {children}
    </form>
  );
}
