import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { fieldSentence } from '../../../api/problem';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { useCooldown } from '../../../components/useCooldown';
import classes from './AddressCard.module.css';

type Props = {
  label: string;
  start: string;
  request: { mutate: (address: string) => void; isPending: boolean; error: unknown };
  submit: ReactNode;
  onCancel: () => void;
};

export function AddressForm({ label, start, request, submit, onCancel }: Props) {
  const intl = useIntl();
  const [address, setAddress] = useState(start);
  const waiting = useCooldown(request.error);
  const error = request.isPending ? null : request.error;
  const fieldError = fieldSentence(intl, error, 'email');
  return (
    <form
      className={`${forms.form} ${classes.form}`}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (!waiting) request.mutate(address.trim());
      }}
    >
      <ProblemNotice error={fieldError ? null : error} />
      <TextInput
        label={label}
        type="email"
        name="email"
        autoComplete="email"
        autoFocus
        required
        withAsterisk={false}
        size="md"
        value={address}
        onChange={(event) => setAddress(event.currentTarget.value)}
        error={fieldError}
      />
      <div className={forms.actions}>
        <Button type="submit" loading={request.isPending} disabled={waiting}>
          {submit}
        </Button>
        <Button variant="default" onClick={onCancel}>
          <FormattedMessage id="common.cancel" />
        </Button>
      </div>
    </form>
  );
}
