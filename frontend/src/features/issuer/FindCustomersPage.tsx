import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { Page } from '../../components/Page';
import { SearchField } from '../../components/SearchField';
import { ContactStatus } from './ContactStatus';
import classes from './Desk.module.css';
import { DeskList, Pills } from './DeskList';
import { CustomerLink, DeskTable } from './DeskTable';
import table from './DeskTable.module.css';
import { CONTACT_STATES, type CustomerFilters, filled, toggled } from './filters';
import { ImportButton } from './import/ImportButton';
import { type ListedCustomer, useCustomers } from './queries';

const route = getRouteApi('/_app/issuer/customers');

/** Every customer number of the issuer, found by what a caller on the phone can tell. */
export function FindCustomersPage() {
  const intl = useIntl();
  const navigate = useNavigate();
  const filters = route.useSearch();
  const customers = useCustomers(filters);
  const items = customers.data?.pages.flatMap((page) => page.items) ?? [];
  const total = customers.data?.pages[0]?.total;
  const show = (change: { [K in keyof CustomerFilters]: CustomerFilters[K] | undefined }) =>
    void navigate({
      to: '/issuer/customers',
      search: filled({ ...filters, ...change }),
      replace: true,
      resetScroll: false,
    });

  return (
    <Page
      name="issued_customers"
      width={82}
      action={
        <>
          <p role="status" className={classes.total}>
            {typeof total === 'number' && (
              <FormattedMessage id="desk.customer_total" values={{ count: total }} />
            )}
          </p>
          <ImportButton />
        </>
      }
    >
      <div className={classes.finder}>
        <SearchField
          label={intl.formatMessage({ id: 'desk.find_customer' })}
          value={filters.q ?? ''}
          onChange={(text) => show({ q: text || undefined })}
        />
        <Pills
          label={intl.formatMessage({ id: 'desk.contact_state' })}
          all={CONTACT_STATES}
          chosen={filters.state}
          name={(state) => <FormattedMessage id={`desk.contact_${state}`} />}
          onToggle={(state) => show({ state: toggled(CONTACT_STATES, filters.state, state) })}
        />
      </div>
      <DeskList
        list={customers}
        isEmpty={items.length === 0}
        empty={<FormattedMessage id="desk.no_customer" />}
        onReset={
          Object.keys(filters).length > 0
            ? () => show({ q: undefined, state: undefined })
            : undefined
        }
      >
        <CustomerTable customers={items} />
      </DeskList>
    </Page>
  );
}

const COLUMNS = [
  { name: 'desk.customer' },
  { name: 'desk.account' },
  { name: 'desk.main_contact' },
  { name: 'desk.vat_number' },
  { name: 'documents.title', isNumber: true },
] as const;

function CustomerTable({ customers }: { customers: readonly ListedCustomer[] }) {
  return (
    <DeskTable label="issued_customers.title" columns={COLUMNS}>
      {customers.map((customer) => (
        <CustomerRow key={customer.id} customer={customer} />
      ))}
    </DeskTable>
  );
}

function CustomerRow({ customer }: { customer: ListedCustomer }) {
  const { contact } = customer;
  const name = contact && `${contact.first_name} ${contact.last_name}`.trim();
  return (
    <tr>
      <td>
        <CustomerLink customer={customer} isSubject />
        {customer.channel !== 'portal' && (
          <p className={table.detail}>
            <FormattedMessage id={`desk.channel_${customer.channel}`} />
          </p>
        )}
      </td>
      <td className={table.narrow}>{contact && <ContactStatus state={contact.state} />}</td>
      <td className={table.wide}>
        {contact ? (
          <>
            <p>{name || contact.email}</p>
            {name && <p className={table.detail}>{contact.email}</p>}
            {contact.mail_failed_at && (
              <p className={table.error}>
                <FormattedMessage id="desk.unreachable" />
              </p>
            )}
          </>
        ) : (
          <FormattedMessage id="desk.no_contact" />
        )}
      </td>
      <td className={`${table.narrow} ${table.start}`}>{customer.vat_number}</td>
      <td className={table.number}>
        <Link to="/documents" search={{ customer_id: [customer.id] }} className={table.quiet}>
          <FormattedMessage id="customers.documents" values={{ count: customer.document_count }} />
        </Link>
      </td>
    </tr>
  );
}
