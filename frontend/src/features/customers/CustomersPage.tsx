import { ActionIcon } from '@mantine/core';
import { IconBuilding, IconMail, IconPaperclip, IconSettings } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { type Customer, customersQuery } from '../../api/customers';
import { Message, ProblemNotice } from '../../components/Message';
import { OnceOpened } from '../../components/OnceOpened';
import { Frame, Page } from '../../components/Page';
import { PageSkeleton } from '../../components/PageSkeleton';
import { isLanguage, LANGUAGE_NAMES } from '../../i18n/locales';
import classes from './CustomersPage.module.css';

const CustomerSettings = lazy(async () => ({
  default: (await import('./CustomerSettings')).CustomerSettings,
}));

/** The reader's customer numbers, each with its gear. */
export function CustomersPage() {
  const [opened, setOpened] = useState<Customer | null>(null);
  const { data: customers, error, refetch } = useQuery(customersQuery);

  return (
    <Page name="customers">
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!customers && !error && <PageSkeleton lines={6} />}
      {customers?.length === 0 && (
        <Frame>
          <Message
            icon={<IconBuilding size={24} stroke={1.6} />}
            title={<FormattedMessage id="customers.empty_title" />}
          >
            <p>
              <FormattedMessage id="empty.not_permitted_text" />
            </p>
          </Message>
        </Frame>
      )}
      {customers && customers.length > 0 && (
        <Frame as="ul">
          {customers.map((customer) => (
            <CustomerRow key={customer.id} customer={customer} onOpen={() => setOpened(customer)} />
          ))}
        </Frame>
      )}
      <OnceOpened opened={opened !== null}>
        <CustomerSettings customer={opened} onClose={() => setOpened(null)} />
      </OnceOpened>
    </Page>
  );
}

type RowProps = { customer: Customer; onOpen: () => void };

function CustomerRow({ customer, onOpen }: RowProps) {
  const intl = useIntl();
  const label = intl.formatMessage({ id: 'customers.settings_of' }, { number: customer.number });
  const attaches = customer.notification_mode === 'attachment';
  const Mode = attaches ? IconPaperclip : IconMail;
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <p className={classes.name}>{customer.name}</p>
        <p className={classes.detail}>
          <span className={classes.number}>{customer.number}</span>
          {customer.vat_number && <span>{customer.vat_number}</span>}
        </p>
        <p className={classes.detail}>
          {customer.is_main_contact ? (
            <FormattedMessage id="customers.you_are_main_contact" />
          ) : (
            <FormattedMessage
              id="customers.main_contact_is"
              values={{ name: customer.main_contact.name || customer.main_contact.email }}
            />
          )}
        </p>
      </div>
      <div className={classes.facts}>
        <Link to="/documents" search={{ customer_id: [customer.id] }} className={classes.documents}>
          <FormattedMessage id="customers.documents" values={{ count: customer.document_count }} />
        </Link>
        {customer.unread_count > 0 && (
          <span className={classes.unread}>
            <FormattedMessage id="nav.unread" values={{ count: customer.unread_count }} />
          </span>
        )}
        <span className={classes.mode}>
          <Mode size={15} stroke={1.7} aria-hidden />
          <FormattedMessage id={attaches ? 'customers.by_attachment' : 'customers.by_link'} />
        </span>
        <span className={classes.mode}>
          {isLanguage(customer.language) ? LANGUAGE_NAMES[customer.language] : customer.language}
        </span>
      </div>
      {customer.is_main_contact ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={label}
          title={label}
          onClick={onOpen}
        >
          <IconSettings size={19} stroke={1.7} aria-hidden />
        </ActionIcon>
      ) : (
        <span className={classes.noGear} />
      )}
    </li>
  );
}
