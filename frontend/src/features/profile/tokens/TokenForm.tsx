import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { fieldSentence, hasStatus } from '../../../api/problem';
import type { Schema } from '../../../api/schemas';
import { meQuery } from '../../../api/session';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { CustomerChoice } from './CustomerChoice';
import { ExpiryField } from './ExpiryField';
import { dayIn, LONGEST_DAYS } from './expiry';
import { ScopeChoice } from './ScopeChoice';
import classes from './Tokens.module.css';
import { TOKENS } from './tokens';

type Scope = Schema['Scope'];
type Props = { onMade: (token: Schema['CreatedToken']) => void; onClose: () => void };

export function TokenForm({ onMade, onClose }: Props) {
  const intl = useIntl();
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<Scope[]>(['documents:read']);
  const [customerIds, setCustomerIds] = useState<string[] | null>(null);
  const [expiresOn, setExpiresOn] = useState(() => dayIn(90));
  const create = $api.useMutation('post', '/api/v1/me/api-tokens', {
    onSuccess: (token) => {
      void client.invalidateQueries({ queryKey: ['get', TOKENS] });
      onMade(token);
    },
  });
  const error = create.isPending ? null : create.error;
  const fieldErrors = ['name', 'expires_on'].map((field) => fieldSentence(intl, error, field));
  const isAboutField = hasStatus(error, 422) && fieldErrors.some(Boolean);
  const canSend =
    name.trim() !== '' && scopes.length > 0 && customerIds?.length !== 0 && expiresOn !== '';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { name: name.trim(), scopes, customer_ids: customerIds, expires_on: expiresOn };
    if (canSend) create.mutate({ body });
  };

  return (
    <form className={`${forms.form} ${classes.form}`} onSubmit={submit}>
      <ProblemNotice error={isAboutField ? null : error} />
      <TextInput
        label={intl.formatMessage({ id: 'tokens.name' })}
        description={intl.formatMessage({ id: 'tokens.name_hint' })}
        autoFocus
        required
        withAsterisk={false}
        maxLength={100}
        size="md"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldErrors[0]}
      />
      <ScopeChoice value={scopes} onChange={setScopes} isStaff={me?.role === 'staff'} />
      {me?.role === 'customer' && <CustomerChoice value={customerIds} onChange={setCustomerIds} />}
      <ExpiryField
        value={expiresOn}
        onChange={setExpiresOn}
        last={dayIn(LONGEST_DAYS)}
        error={fieldErrors[1]}
      />
      <div className={forms.actions}>
        <Button type="submit" loading={create.isPending} disabled={!canSend}>
          <FormattedMessage id="tokens.create" />
        </Button>
        <Button variant="default" onClick={onClose}>
          <FormattedMessage id="common.cancel" />
        </Button>
      </div>
    </form>
  );
}
