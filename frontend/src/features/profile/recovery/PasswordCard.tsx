import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { hasCode, hasStatus, problemSentence } from '../../../api/problem';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { PasswordField } from '../../../components/PasswordField';
import { useToast } from '../../../components/Toasts';
import { useCooldown } from '../../../components/useCooldown';
import { isAcceptable, passwordAdvice } from '../../../lib/password';
import { Card } from '../Card';
import classes from './AddressCard.module.css';

export function PasswordCard({ email }: { email: string }) {
  const [isEditing, setEditing] = useState(false);
  return (
    <Card
      title={<FormattedMessage id="common.password" />}
      text={<FormattedMessage id="password_card.text" />}
      action={
        !isEditing && (
          <Button variant="default" onClick={() => setEditing(true)}>
            <FormattedMessage id="common.change" />
          </Button>
        )
      }
    >
      {isEditing && <PasswordForm email={email} onClose={() => setEditing(false)} />}
    </Card>
  );
}

function PasswordForm({ email, onClose }: { email: string; onClose: () => void }) {
  const intl = useIntl();
  const toast = useToast();
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const change = $api.useMutation('post', '/api/v1/me/password', {
    onSuccess: () => {
      toast({ text: intl.formatMessage({ id: 'password_card.changed' }) });
      onClose();
    },
  });
  const waiting = useCooldown(change.error);
  const error = change.isPending ? null : change.error;
  const isWrong = hasCode(error, 'invalid_credentials');
  const isRefused = hasStatus(error, 422) && !isWrong;
  const canSend = current !== '' && isAcceptable(passwordAdvice(wanted, email)) && !waiting;

  return (
    <form
      className={`${forms.form} ${classes.form}`}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (canSend) change.mutate({ body: { current_password: current, new_password: wanted } });
      }}
    >
      <ProblemNotice error={isWrong || isRefused ? null : error} />
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordInput
        label={intl.formatMessage({ id: 'password_card.current' })}
        name="current_password"
        autoComplete="current-password"
        autoFocus
        required
        withAsterisk={false}
        size="md"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        error={isWrong ? intl.formatMessage({ id: 'problem.wrong_password' }) : undefined}
        visibilityToggleButtonProps={{
          'aria-label': intl.formatMessage({ id: 'password.toggle' }),
          tabIndex: 0,
        }}
      />
      <PasswordField
        label={intl.formatMessage({ id: 'password.new' })}
        value={wanted}
        onChange={setWanted}
        email={email}
        error={isRefused ? problemSentence(intl, error) : undefined}
      />
      <div className={forms.actions}>
        <Button type="submit" loading={change.isPending} disabled={!canSend}>
          <FormattedMessage id="reset.submit" />
        </Button>
        <Button variant="default" onClick={onClose}>
          <FormattedMessage id="common.cancel" />
        </Button>
      </div>
    </form>
  );
}
