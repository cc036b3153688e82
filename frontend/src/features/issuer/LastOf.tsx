import { Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { DeliveryStatus } from '../../components/DeliveryStatus';
import { Instant } from '../../components/Instant';
import { Money } from '../../components/Money';
import { PlainDate } from '../../components/PlainDate';
import { RetryDelivery } from '../../components/RetryDelivery';
import { Section } from '../../components/Section';
import { Status } from '../../components/Status';
import classes from './CustomerPage.module.css';
import table from './DeskTable.module.css';
import type { CustomerRecord } from './queries';

/** What was published last for a customer number. */
export function LastDocuments({ customer }: { customer: CustomerRecord }) {
  return (
    <Section title={<FormattedMessage id="desk.last_documents" />}>
      {customer.documents.length === 0 && (
        <p className={classes.small}>
          <FormattedMessage id="empty.nothing_yet_title" />
        </p>
      )}
      <ul className={classes.list}>
        {customer.documents.map((document) => (
          <li key={document.id}>
            <div>
              <p className={classes.line}>
                <Link
                  to="/documents/$documentId"
                  params={{ documentId: document.id }}
                  className={table.link}
                >
                  {document.number}
                </Link>
                {document.state !== 'published' && (
                  <Status tone="warning">
                    <FormattedMessage id={`desk.document_${document.state}`} />
                  </Status>
                )}
              </p>
              <p className={classes.small}>
                <FormattedMessage id={`kind.${document.kind}`} />
                {' · '}
                <PlainDate date={document.issue_date} />
              </p>
            </div>
            <Money
              amount={document.amount_incl_vat}
              currency={document.currency}
              kind={document.kind}
            />
          </li>
        ))}
      </ul>
      {customer.documents.length > 0 && (
        <p className={classes.trail}>
          <Link to="/documents" search={{ customer_id: [customer.id] }}>
            <FormattedMessage
              id="customers.documents"
              values={{ count: customer.document_count }}
            />
          </Link>
        </p>
      )}
    </Section>
  );
}

/** The mails that told of them, and what became of each. */
export function LastMails({ customer }: { customer: CustomerRecord }) {
  return (
    <Section title={<FormattedMessage id="desk.last_mails" />}>
      {customer.deliveries.length === 0 && (
        <p className={classes.small}>
          <FormattedMessage id="deliveries.none_yet" />
        </p>
      )}
      <ul className={classes.list}>
        {customer.deliveries.map((delivery) => (
          <li key={delivery.id}>
            <div>
              <p className={classes.line}>
                {delivery.recipient}
                <DeliveryStatus state={delivery.state} />
              </p>
              <p className={classes.small}>
                {delivery.document.number}
                {' · '}
                <Instant at={delivery.sent_at ?? delivery.created_at} />
              </p>
              {delivery.last_error && <p className={classes.error}>{delivery.last_error}</p>}
            </div>
            <RetryDelivery delivery={delivery} />
          </li>
        ))}
      </ul>
      {customer.deliveries.length > 0 && (
        <p className={classes.trail}>
          <Link to="/issuer/deliveries" search={{ customer_number: customer.number }}>
            <FormattedMessage id="desk.all_deliveries" />
          </Link>
        </p>
      )}
    </Section>
  );
}
