import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconSend, IconTrash, IconUserPlus, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { type Customer, customersQuery } from '../../api/customers';
import { problemSentence } from '../../api/problem';
import { Message, ProblemNotice } from '../../components/Message';
import { OnceOpened } from '../../components/OnceOpened';
import { Frame, Page } from '../../components/Page';
import { PageSkeleton } from '../../components/PageSkeleton';
import { useToast } from '../../components/Toasts';
import { today } from '../../lib/dates';
import { GrantSummary } from './GrantSummary';
import { type SharedUser, sharedUsersQuery, useInviteAgain } from './queries';
import classes from './SharedUsersPage.module.css';

const SharedUserEditor = lazy(async () => ({
  default: (await import('./SharedUserEditor')).SharedUserEditor,
}));
const Removal = lazy(async () => ({ default: (await import('./Removal')).Removal }));

/** With whom the main contact shares: one person per row, with what they may see. */
export function SharedUsersPage() {
  const [edited, setEdited] = useState<SharedUser | 'new' | null>(null);
  const [removed, setRemoved] = useState<SharedUser | null>(null);
  const { data: people, error, refetch } = useQuery(sharedUsersQuery);
  const { data: customers } = useQuery(customersQuery);
  const own = (customers ?? []).filter(({ is_main_contact }) => is_main_contact);
  const add = (
    <Button
      leftSection={<IconUserPlus size={17} aria-hidden />}
      onClick={() => setEdited('new')}
      disabled={own.length === 0}
    >
      <FormattedMessage id="sharing.add" />
    </Button>
  );

  return (
    <Page name="sharing" action={people && people.length > 0 && add}>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!people && !error && <PageSkeleton lines={6} />}
      {people?.length === 0 && (
        <Frame>
          <Message
            icon={<IconUsers size={24} stroke={1.6} />}
            title={<FormattedMessage id="sharing.empty_title" />}
            actions={add}
          >
            <p>
              <FormattedMessage id="sharing.empty_text" />
            </p>
          </Message>
        </Frame>
      )}
      {people && people.length > 0 && (
        <Frame as="ul">
          {people.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              own={own}
              onEdit={() => setEdited(person)}
              onRemove={() => setRemoved(person)}
            />
          ))}
        </Frame>
      )}
      <OnceOpened opened={edited !== null}>
        <SharedUserEditor edited={edited} own={own} onClose={() => setEdited(null)} />
      </OnceOpened>
      <OnceOpened opened={removed !== null}>
        <Removal person={removed} onClose={() => setRemoved(null)} />
      </OnceOpened>
    </Page>
  );
}

type RowProps = { person: SharedUser; own: Customer[]; onEdit: () => void; onRemove: () => void };

function PersonRow({ person, own, onEdit, onRemove }: RowProps) {
  const intl = useIntl();
  const toast = useToast();
  const again = useInviteAgain();
  const name = `${person.first_name} ${person.last_name}`.trim();
  const who = { name: name || person.email };
  const resend = () =>
    again.mutate(
      { params: { path: { shared_user_id: person.id } } },
      {
        onSuccess: () => toast({ text: intl.formatMessage({ id: 'sharing.resent' }, who) }),
        onError: (error) => toast({ text: problemSentence(intl, error) }),
      },
    );
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <p className={classes.name}>
          {name || person.email}
          {person.state === 'invited' && (
            <span className={classes.badge}>
              <FormattedMessage id="sharing.invited" />
            </span>
          )}
        </p>
        {name && <p className={classes.detail}>{person.email}</p>}
      </div>
      <div className={classes.grants}>
        <GrantSummary grants={person.grants} own={own} today={today()} />
      </div>
      <div className={classes.actions}>
        {person.state === 'invited' && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={34}
            loading={again.isPending}
            aria-label={intl.formatMessage({ id: 'sharing.resend' }, who)}
            title={intl.formatMessage({ id: 'sharing.resend' }, who)}
            onClick={resend}
          >
            <IconSend size={17} stroke={1.7} aria-hidden />
          </ActionIcon>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={intl.formatMessage({ id: 'sharing.edit' }, who)}
          title={intl.formatMessage({ id: 'sharing.edit' }, who)}
          onClick={onEdit}
        >
          <IconPencil size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={34}
          aria-label={intl.formatMessage({ id: 'sharing.delete' }, who)}
          title={intl.formatMessage({ id: 'sharing.delete' }, who)}
          onClick={onRemove}
        >
          <IconTrash size={17} stroke={1.7} aria-hidden />
        </ActionIcon>
      </div>
    </li>
  );
}
