import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Customer } from '../../api/customers';
import { ProblemNotice } from '../../components/Message';
import { useToast } from '../../components/Toasts';
import { formatInstant } from '../../lib/dates';
import classes from './CustomerSettings.module.css';
import { customerQuery, useOfferMainContact, useWithdrawOffer } from './queries';

/** Hands the role of main contact over; it moves when the other person accepts. */
export function HandOver({ customer }: { customer: Customer }) {
  const intl = useIntl();
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery(customerQuery(customer.id));
  const withdraw = useWithdrawOffer();
  const offer = data?.hand_over;
  const path = { params: { path: { customer_id: customer.id } } };
  return (
    <section className={classes.handOver}>
      <h3 className={classes.subtitle}>
        <FormattedMessage id="customers.main_contact" />
      </h3>
      <p className={classes.text}>
        {customer.main_contact.name} · {customer.main_contact.email}
      </p>
      <ProblemNotice error={error ?? withdraw.error} />
      {offer ? (
        <div className={classes.pending}>
          <p>
            <FormattedMessage
              id="customers.offer_pending"
              values={{
                email: offer.email,
                until: formatInstant(offer.expires_at, intl.locale, 'short'),
              }}
            />
          </p>
          <Button
            size="compact-sm"
            variant="default"
            loading={withdraw.isPending}
            onClick={() =>
              withdraw.mutate(path, {
                onSuccess: () => toast({ text: intl.formatMessage({ id: 'customers.withdrawn' }) }),
              })
            }
          >
            <FormattedMessage id="customers.withdraw" />
          </Button>
        </div>
      ) : isOpen ? (
        <OfferForm customer={customer} onDone={() => setOpen(false)} />
      ) : (
        <div>
          <Button size="compact-md" variant="default" onClick={() => setOpen(true)}>
            <FormattedMessage id="customers.hand_over" />
          </Button>
        </div>
      )}
    </section>
  );
}

function OfferForm({ customer, onDone }: { customer: Customer; onDone: () => void }) {
  const intl = useIntl();
  const toast = useToast();
  const [email, setEmail] = useState('');
  const [keepAccess, setKeepAccess] = useState(false);
  const offer = useOfferMainContact();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await offer.mutateAsync({
        params: { path: { customer_id: customer.id } },
        body: { email: email.trim(), keep_access: keepAccess },
      });
    } catch {
      return; // shown above the form
    }
    // Awaited, because a callback of `mutate` is not called once the offer has taken the form's place.
    toast({ text: intl.formatMessage({ id: 'customers.offered' }, { email }) });
    onDone();
  };
  return (
    <form onSubmit={submit} className={classes.offer}>
      <p className={classes.text}>
        <FormattedMessage id="customers.hand_over_text" values={{ number: customer.number }} />
      </p>
      <ProblemNotice error={offer.isPending ? null : offer.error} />
      <TextInput
        type="email"
        required
        withAsterisk={false}
        autoComplete="off"
        data-autofocus
        label={intl.formatMessage({ id: 'customers.new_main_contact' })}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <label className={classes.keep}>
        <input
          type="checkbox"
          checked={keepAccess}
          onChange={(event) => setKeepAccess(event.currentTarget.checked)}
        />
        <FormattedMessage id="customers.keep_access" />
      </label>
      <div>
        <Button type="submit" loading={offer.isPending}>
          <FormattedMessage id="customers.send_offer" />
        </Button>
      </div>
    </form>
  );
}
