import { Button, TextInput } from '@mantine/core';
import { IconMailCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { CenteredPage } from '../../components/CenteredPage';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { useCooldown } from '../../components/useCooldown';
import classes from './EmailRequest.module.css';

type Props = {
  title: ReactNode;
  lead: ReactNode;
  submit: ReactNode;
  confirmation: ReactNode;
  request: {
    mutate: (email: string) => void;
    isPending: boolean;
    isSuccess: boolean;
    error: unknown;
  };
};

/** "Give your address and look in your mailbox": the answer never tells whether it is known. */
export function EmailRequest({ title, lead, submit, confirmation, request }: Props) {
  const intl = useIntl();
  const [email, setEmail] = useState('');
  const waiting = useCooldown(request.error);

  const footer = (
    <Link to="/sign-in">
      <FormattedMessage id="auth.back_to_sign_in" />
    </Link>
  );
  if (request.isSuccess) {
    return (
      <CenteredPage title={<FormattedMessage id="auth.mail_sent_title" />} footer={footer}>
        <div role="status" className={classes.sent}>
          <IconMailCheck size={22} stroke={1.6} aria-hidden />
          <p>{confirmation}</p>
        </div>
      </CenteredPage>
    );
  }
  return (
    <CenteredPage title={title} lead={lead} footer={footer}>
      <form
        className={forms.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (!waiting) request.mutate(email.trim());
        }}
      >
        <ProblemNotice error={request.isPending ? null : request.error} />
        <TextInput
          label={intl.formatMessage({ id: 'common.email' })}
          type="email"
          name="email"
          autoComplete="email"
          required
          withAsterisk={false}
          size="md"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Button type="submit" size="md" fullWidth loading={request.isPending} disabled={waiting}>
          {submit}
        </Button>
      </form>
    </CenteredPage>
  );
}
