import { IconBuilding, IconChevronLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { hasStatus } from '../../api/problem';
import { Instant } from '../../components/Instant';
import { Message, ProblemNotice } from '../../components/Message';
import { PageSkeleton } from '../../components/PageSkeleton';
import { Fact, FactList, Section } from '../../components/Section';
import { usePageTitle } from '../../components/usePageTitle';
import { isLanguage, LANGUAGE_NAMES } from '../../i18n/locales';
import classes from './CustomerPage.module.css';
import desk from './Desk.module.css';
import { LastDocuments, LastMails } from './LastOf';
import { People } from './People';
import { type CustomerRecord, customerQuery } from './queries';

const route = getRouteApi('/_app/issuer/customers/$number');

/** One customer number: who reads it, what was published last, and whether mails arrive. */
export function CustomerPage() {
  const { number } = route.useParams();
  const { data: customer, error, refetch } = useQuery(customerQuery(number));
  usePageTitle(customer?.name ?? number);

  if (hasStatus(error, 404)) {
    return (
      <div className={desk.page}>
        <Back />
        <Message
          isPage
          icon={<IconBuilding size={24} stroke={1.6} />}
          title={<FormattedMessage id="desk.absent_customer" values={{ number }} />}
        />
      </div>
    );
  }
  return (
    <div className={desk.page}>
      <Back />
      <div>
        <h1 className={desk.title}>{customer?.name ?? number}</h1>
        <p className={desk.lead}>{number}</p>
      </div>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!customer && !error && <PageSkeleton lines={8} />}
      {customer && (
        <div className={classes.columns}>
          <div className={classes.column}>
            <People customer={customer} />
            <LastMails customer={customer} />
          </div>
          <div className={classes.column}>
            <Facts customer={customer} />
            <LastDocuments customer={customer} />
          </div>
        </div>
      )}
    </div>
  );
}

function Back() {
  return (
    <Link to="/issuer/customers" className={classes.back}>
      <IconChevronLeft size={16} stroke={1.8} aria-hidden />
      <FormattedMessage id="issued_customers.title" />
    </Link>
  );
}

function Facts({ customer }: { customer: CustomerRecord }) {
  const attaches = customer.notification_mode === 'attachment';
  return (
    <Section title={<FormattedMessage id="desk.customer_number" />}>
      <FactList>
        <Fact label={<FormattedMessage id="desk.number" />}>{customer.number}</Fact>
        <Fact label={<FormattedMessage id="desk.vat_number" />}>{customer.vat_number ?? '–'}</Fact>
        <Fact label={<FormattedMessage id="common.language" />}>
          {isLanguage(customer.language) ? LANGUAGE_NAMES[customer.language] : customer.language}
        </Fact>
        <Fact label={<FormattedMessage id="desk.channel" />}>
          <FormattedMessage id={`desk.channel_${customer.channel}`} />
        </Fact>
        <Fact label={<FormattedMessage id="desk.notification" />}>
          <FormattedMessage id={attaches ? 'customers.by_attachment' : 'customers.by_link'} />
        </Fact>
        <Fact label={<FormattedMessage id="desk.since" />}>
          <Instant at={customer.created_at} />
        </Fact>
      </FactList>
      <p className={classes.trail}>
        <Link to="/issuer/paper-requests" search={{ customer_number: customer.number }}>
          <FormattedMessage id="paper_requests.title" />
        </Link>
        <Link to="/issuer/audit" search={{ customer_number: customer.number }}>
          <FormattedMessage id="audit.of_this" />
        </Link>
      </p>
    </Section>
  );
}
