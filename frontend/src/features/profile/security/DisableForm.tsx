import { Button, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { hasCode } from '../../../api/problem';
import { type Me, meQuery } from '../../../api/session';
import { CodeField, isComplete } from '../../../components/CodeField';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useToast } from '../../../components/Toasts';
import { useCooldown } from '../../../components/useCooldown';
import classes from './DisableForm.module.css';

type Props = { me: Me; isRequired: boolean; onClose: () => void };

/** Disabling takes the password and a code of the app, both in this one form. */
export function DisableForm({ me, isRequired, onClose }: Props) {
  const navigate = useNavigate();
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const disable = $api.useMutation('post', '/api/v1/me/mfa/disable', {
    onSuccess: () => {
      toast({ text: intl.formatMessage({ id: 'two_factor.disabled' }) });
      client.setQueryData<Me>(meQuery.queryKey, {
        ...me,
        mfa_enabled: false,
        mfa_offer: isRequired,
      });
      // Where it is required, nothing else can be reached until it is on again.
      const search = { step: 1, next: '/profile/security' };
      if (isRequired) void navigate({ to: '/two-factor', search });
      else onClose();
    },
  });
  const waiting = useCooldown(disable.error);
  const error = disable.isPending ? null : disable.error;
  const isWrong = hasCode(error, 'invalid_credentials');
  const canSend = password !== '' && isComplete(code) && !waiting;

  useEffect(() => {
    if (hasCode(error, 'invalid_code')) setCode('');
  }, [error]);

  return (
    <form
      className={`${forms.form} ${classes.form}`}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (canSend) disable.mutate({ body: { password, code } });
      }}
    >
      <ProblemNotice error={isWrong ? null : error} />
      <input type="text" name="username" autoComplete="username" value={me.email} readOnly hidden />
      <PasswordInput
        label={intl.formatMessage({ id: 'common.password' })}
        name="password"
        autoComplete="current-password"
        autoFocus
        required
        withAsterisk={false}
        size="md"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={isWrong ? intl.formatMessage({ id: 'problem.wrong_password' }) : undefined}
        visibilityToggleButtonProps={{
          'aria-label': intl.formatMessage({ id: 'password.toggle' }),
          tabIndex: 0,
        }}
      />
      <CodeField
        value={code}
        onChange={setCode}
        autoFocus={false}
        label={intl.formatMessage({ id: 'proof.code' })}
      />
      <div className={forms.actions}>
        <Button type="submit" color="red" loading={disable.isPending} disabled={!canSend}>
          <FormattedMessage id="two_factor.disable_submit" />
        </Button>
        <Button variant="default" onClick={onClose}>
          <FormattedMessage id="common.cancel" />
        </Button>
      </div>
    </form>
  );
}
