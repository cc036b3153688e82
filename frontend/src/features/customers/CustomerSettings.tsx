import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Customer } from '../../api/customers';
import { portalQuery } from '../../api/session';
import { Dialog } from '../../components/Dialog';
import dialog from '../../components/Dialog.module.css';
import { ProblemNotice } from '../../components/Message';
import { Select } from '../../components/Select';
import { useToast } from '../../components/Toasts';
import { isLanguage, LANGUAGE_NAMES, LANGUAGES } from '../../i18n/locales';
import classes from './CustomerSettings.module.css';
import { HandOver } from './HandOver';
import { useChangeCustomer } from './queries';

type Props = { customer: Customer | null; onClose: () => void };

/** What the gear opens: how new documents are told of, and who looks after the number. */
export function CustomerSettings({ customer, onClose }: Props) {
  // What the dialog shows while it fades out.
  const [shown, setShown] = useState(customer);
  if (customer && customer !== shown) setShown(customer);
  if (!shown) return null;
  return (
    <Dialog
      opened={customer !== null}
      onClose={onClose}
      title={<FormattedMessage id="customers.settings_of" values={{ number: shown.number }} />}
    >
      <Announcing key={shown.id} customer={shown} onClose={onClose} />
      <HandOver customer={shown} />
    </Dialog>
  );
}

function Announcing({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const intl = useIntl();
  const toast = useToast();
  const { data: portal } = useQuery(portalQuery);
  const [mode, setMode] = useState(customer.notification_mode);
  const [language, setLanguage] = useState(customer.language);
  const change = useChangeCustomer();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      {
        params: { path: { customer_id: customer.id } },
        body: { notification_mode: mode, language },
      },
      {
        onSuccess: () => {
          toast({ text: intl.formatMessage({ id: 'customers.saved' }) });
          onClose();
        },
      },
    );
  };

  return (
    <form onSubmit={submit} className={classes.form}>
      <ProblemNotice error={change.isPending ? null : change.error} />
      <fieldset className={classes.choices}>
        <legend>
          <FormattedMessage id="customers.notification" />
        </legend>
        {(['link', 'attachment'] as const).map((value) => (
          <label key={value} className={classes.choice}>
            <input
              type="radio"
              name="notification_mode"
              value={value}
              checked={mode === value}
              onChange={() => setMode(value)}
            />
            <span>
              <span className={classes.choiceName}>
                <FormattedMessage id={`customers.mode_${value}`} />
              </span>
              <span className={classes.choiceHint}>
                <FormattedMessage id={`customers.mode_${value}_hint`} />
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {mode === 'attachment' && portal && (
        <p className={classes.allow}>
          <FormattedMessage
            id="customers.allow_list"
            values={{
              domains: <strong>{portal.mail.sender_domains.join(', ')}</strong>,
              hosts: <strong>{portal.mail.link_hosts.join(', ')}</strong>,
            }}
          />
        </p>
      )}
      <Select
        label={intl.formatMessage({ id: 'common.language' })}
        description={intl.formatMessage({ id: 'customers.language_hint' })}
        size="md"
        value={language}
        onChange={(event) => {
          if (isLanguage(event.currentTarget.value)) setLanguage(event.currentTarget.value);
        }}
        data={LANGUAGES.filter((item) => portal?.languages.includes(item) ?? true).map((item) => ({
          value: item,
          label: LANGUAGE_NAMES[item],
        }))}
      />
      <div className={dialog.actions}>
        <Button variant="default" onClick={onClose}>
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button type="submit" loading={change.isPending}>
          <FormattedMessage id="common.save" />
        </Button>
      </div>
    </form>
  );
}
