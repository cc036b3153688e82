import { Button, TextInput } from '@mantine/core';
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
import { useLanguage } from '../../i18n/intl';
import { isLanguage, LANGUAGE_NAMES, LANGUAGES } from '../../i18n/locales';
import { GrantGrid, type Grants } from './GrantGrid';
import { type SharedUser, useAddSharedUser, useChangeSharedUser } from './queries';
import classes from './SharedUserEditor.module.css';

type Props = { edited: SharedUser | 'new' | null; own: Customer[]; onClose: () => void };

/** Shares with somebody new, or changes the name and the grants of somebody. */
export function SharedUserEditor({ edited, own, onClose }: Props) {
  // What the dialog shows while it fades out.
  const [shown, setShown] = useState<SharedUser | 'new'>('new');
  if (edited && edited !== shown) setShown(edited);
  const person = shown === 'new' ? null : shown;
  return (
    <Dialog
      opened={edited !== null}
      onClose={onClose}
      size="lg"
      title={<FormattedMessage id={person ? 'sharing.edit_title' : 'sharing.add'} />}
    >
      <Editor
        key={person ? person.id : `new ${edited === null}`}
        person={person}
        own={own}
        onClose={onClose}
      />
    </Dialog>
  );
}

type EditorProps = { person: SharedUser | null; own: Customer[]; onClose: () => void };

function Editor({ person, own, onClose }: EditorProps) {
  const intl = useIntl();
  const toast = useToast();
  const { language: spoken } = useLanguage();
  const { data: portal } = useQuery(portalQuery);
  const [email, setEmail] = useState(person?.email ?? '');
  const [firstName, setFirstName] = useState(person?.first_name ?? '');
  const [lastName, setLastName] = useState(person?.last_name ?? '');
  const [language, setLanguage] = useState<string>(spoken);
  const [grants, setGrants] = useState<Grants>(() => grantsOf(person));
  const add = useAddSharedUser();
  const change = useChangeSharedUser();
  const isPending = add.isPending || change.isPending;
  const nobodyYet = !person && grants.size === 0;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const names = { first_name: firstName, last_name: lastName };
    const given = [...grants].map(([customer_id, end]) => ({
      customer_id,
      expires_on: end || null,
    }));
    const after = {
      onSuccess: () => {
        const text = intl.formatMessage(
          { id: person ? 'sharing.saved' : 'sharing.added' },
          { email },
        );
        toast({ text });
        onClose();
      },
    };
    if (person) {
      const params = { path: { shared_user_id: person.id } };
      change.mutate({ params, body: { ...names, grants: given } }, after);
    } else {
      const spokenTo = isLanguage(language) ? { language } : {};
      add.mutate({ body: { email: email.trim(), ...names, ...spokenTo, grants: given } }, after);
    }
  };

  return (
    <form onSubmit={submit} className={classes.form}>
      <ProblemNotice error={isPending ? null : (add.error ?? change.error)} />
      {person ? (
        <div>
          <p className={classes.email}>{person.email}</p>
          <p className={classes.hint}>
            <FormattedMessage id="sharing.email_is_fixed" />
          </p>
        </div>
      ) : (
        <TextInput
          type="email"
          required
          withAsterisk={false}
          autoComplete="off"
          size="md"
          data-autofocus
          label={intl.formatMessage({ id: 'sharing.email' })}
          description={intl.formatMessage({ id: 'sharing.email_hint' })}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
      )}
      <div className={classes.pair}>
        <TextInput
          label={intl.formatMessage({ id: 'profile.first_name' })}
          maxLength={60}
          autoComplete="off"
          value={firstName}
          onChange={(event) => setFirstName(event.currentTarget.value)}
        />
        <TextInput
          label={intl.formatMessage({ id: 'profile.last_name' })}
          maxLength={60}
          autoComplete="off"
          value={lastName}
          onChange={(event) => setLastName(event.currentTarget.value)}
        />
      </div>
      {!person && (
        <Select
          label={intl.formatMessage({ id: 'common.language' })}
          value={language}
          onChange={(event) => setLanguage(event.currentTarget.value)}
          data={LANGUAGES.filter((item) => portal?.languages.includes(item) ?? true).map(
            (item) => ({ value: item, label: LANGUAGE_NAMES[item] }),
          )}
        />
      )}
      <GrantGrid own={own} grants={grants} onChange={setGrants} />
      {nobodyYet && (
        <p className={classes.hint}>
          <FormattedMessage id="sharing.tick_one" />
        </p>
      )}
      <div className={dialog.actions}>
        <Button variant="default" onClick={onClose}>
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button type="submit" loading={isPending} disabled={nobodyYet}>
          <FormattedMessage id={person ? 'common.save' : 'sharing.invite'} />
        </Button>
      </div>
    </form>
  );
}

function grantsOf(person: SharedUser | null): Grants {
  return new Map(
    (person?.grants ?? []).map(({ customer_id, expires_on }) => [customer_id, expires_on ?? '']),
  );
}
