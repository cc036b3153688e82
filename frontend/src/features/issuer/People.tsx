import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { problemSentence } from '../../api/problem';
import type { Schema } from '../../api/schemas';
import { Instant } from '../../components/Instant';
import { PlainDate } from '../../components/PlainDate';
import { Section } from '../../components/Section';
import { useToast } from '../../components/Toasts';
import { ContactStatus } from './ContactStatus';
import classes from './CustomerPage.module.css';
import { type Contact, type CustomerRecord, useInvite } from './queries';

type Invitation = Schema['SentInvitation'] | null;

/** The main contact and the shared users, with the state of each one's account. */
export function People({ customer }: { customer: CustomerRecord }) {
  const { contact, shared_users: shared, issued_contact: issued, number, invitation } = customer;
  const differs = issued && contact?.email.toLowerCase() !== issued.email.toLowerCase();
  return (
    <Section title={<FormattedMessage id="desk.people" />}>
      <ul className={classes.list}>
        {contact && (
          <Person person={contact} number={number} invitation={invitation}>
            <FormattedMessage id="desk.main_contact" />
          </Person>
        )}
        {shared.map((person) => (
          <Person key={person.id} person={person} number={number} invitation={null}>
            {person.expires_on ? (
              <FormattedMessage
                id="desk.shared_until"
                values={{ date: <PlainDate date={person.expires_on} /> }}
              />
            ) : (
              <FormattedMessage id="desk.shared" />
            )}
          </Person>
        ))}
      </ul>
      {!contact && (
        <p className={classes.error}>
          <FormattedMessage id="desk.no_contact" />
        </p>
      )}
      {contact && differs && (
        <p className={classes.note}>
          <FormattedMessage id="desk.issued_contact" values={{ email: issued.email }} />
        </p>
      )}
    </Section>
  );
}

type PersonProps = {
  person: Contact;
  number: string;
  invitation: Invitation;
  children: ReactNode;
};

function Person({ person, number, invitation, children }: PersonProps) {
  const name = `${person.first_name} ${person.last_name}`.trim();
  return (
    <li>
      <div>
        <p className={classes.line}>
          {name || person.email}
          <ContactStatus state={person.state} />
        </p>
        {name && <p className={classes.small}>{person.email}</p>}
        <p className={classes.small}>
          {children}
          {person.activated_at && (
            <>
              {' · '}
              <FormattedMessage
                id="desk.activated"
                values={{ at: <Instant at={person.activated_at} /> }}
              />
            </>
          )}
          {person.state === 'invited' && invitation && (
            <>
              {' · '}
              <FormattedMessage
                id="desk.invited_at"
                values={{
                  at: <Instant at={invitation.created_at} />,
                  until: <Instant at={invitation.expires_at} />,
                }}
              />
            </>
          )}
        </p>
        {person.mail_failed_at && (
          <p className={classes.error}>
            <FormattedMessage
              id="desk.mail_failed"
              values={{
                at: <Instant at={person.mail_failed_at} />,
                reason: person.mail_failure ?? '',
              }}
            />
          </p>
        )}
      </div>
      {person.state === 'invited' && <Invite person={person} number={number} />}
    </li>
  );
}

function Invite({ person, number }: { person: Contact; number: string }) {
  const intl = useIntl();
  const toast = useToast();
  const invite = useInvite();
  const to = { email: person.email };
  return (
    <Button
      variant="default"
      size="xs"
      loading={invite.isPending}
      aria-label={intl.formatMessage({ id: 'desk.invite_one' }, to)}
      onClick={() =>
        invite.mutate(
          { params: { path: { number, contact_id: person.id } } },
          {
            onSuccess: () => toast({ text: intl.formatMessage({ id: 'desk.invited' }, to) }),
            onError: (error) => toast({ text: problemSentence(intl, error) }),
          },
        )
      }
    >
      <FormattedMessage id="desk.invite" />
    </Button>
  );
}
