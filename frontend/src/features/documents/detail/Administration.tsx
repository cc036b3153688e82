import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { documentDeliveriesQuery } from '../../../api/deliveries';
import { DeliveryStatus } from '../../../components/DeliveryStatus';
import { Instant } from '../../../components/Instant';
import { ProblemNotice } from '../../../components/Message';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { RetryDelivery } from '../../../components/RetryDelivery';
import { Section } from '../../../components/Section';
import type { DocumentDetail } from '../queries';
import classes from './Rows.module.css';
import { Withdrawal } from './Withdrawal';

/** What staff see and do beside: whether the mails arrived, the trail, and withdrawing. */
export function Administration({ document }: { document: DocumentDetail }) {
  const [withdrawing, setWithdrawing] = useState(false);
  const { data, error, refetch } = useQuery(documentDeliveriesQuery(document.id));
  return (
    <Section title={<FormattedMessage id="administration.title" />}>
      <ProblemNotice error={error} onRetry={() => void refetch()} />
      {!data && !error && <PageSkeleton lines={2} />}
      {data?.items.length === 0 && (
        <p className={classes.text}>
          <FormattedMessage id="deliveries.none_yet" />
        </p>
      )}
      <ul className={classes.rows}>
        {data?.items.map((delivery) => (
          <li key={delivery.id}>
            <p className={classes.name}>
              {delivery.recipient}
              <DeliveryStatus state={delivery.state} />
            </p>
            <p className={classes.fact}>
              <Instant at={delivery.sent_at ?? delivery.created_at} />
              {' · '}
              <FormattedMessage id="deliveries.attempts" values={{ count: delivery.attempts }} />
            </p>
            {delivery.last_error && <p className={classes.error}>{delivery.last_error}</p>}
            <RetryDelivery delivery={delivery} />
          </li>
        ))}
      </ul>
      <div className={classes.withdraw}>
        <Link to="/issuer/customers/$number" params={{ number: document.customer.number }}>
          <FormattedMessage id="administration.customer" />
        </Link>
        <Link to="/issuer/audit" search={{ document_id: document.id }}>
          <FormattedMessage id="audit.of_this" />
        </Link>
        {document.state === 'published' && (
          <Button variant="default" size="xs" onClick={() => setWithdrawing(true)}>
            <FormattedMessage id="administration.withdraw" />
          </Button>
        )}
      </div>
      <Withdrawal document={document} opened={withdrawing} onClose={() => setWithdrawing(false)} />
    </Section>
  );
}
