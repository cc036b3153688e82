import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Delivery } from '../../api/deliveries';
import a11y from '../../components/a11y.module.css';
import { DeliveryStatus } from '../../components/DeliveryStatus';
import { Instant } from '../../components/Instant';
import { RetryDelivery } from '../../components/RetryDelivery';
import classes from './DeskTable.module.css';

export function DeliveryTable({ deliveries }: { deliveries: readonly Delivery[] }) {
  const intl = useIntl();
  return (
    <table className={classes.table} aria-label={intl.formatMessage({ id: 'deliveries.title' })}>
      <thead>
        <tr>
          <th scope="col">
            <FormattedMessage id="deliveries.to" />
          </th>
          <th scope="col">
            <FormattedMessage id="desk.state" />
          </th>
          <th scope="col">
            <FormattedMessage id="desk.document" />
          </th>
          <th scope="col">
            <FormattedMessage id="desk.when" />
          </th>
          <th scope="col">
            <FormattedMessage id="desk.customer" />
          </th>
          <th scope="col">
            <span className={a11y.hidden}>
              <FormattedMessage id="column.actions" />
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <Row key={delivery.id} delivery={delivery} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ delivery }: { delivery: Delivery }) {
  const { document, customer, form, channel } = delivery;
  return (
    <tr>
      <td>
        <p className={classes.strong}>{delivery.recipient}</p>
        <p className={classes.detail}>
          <FormattedMessage id={`deliveries.channel_${channel}`} />
          {form && (
            <>
              {' · '}
              <FormattedMessage id={`deliveries.form_${form}`} />
            </>
          )}
          {' · '}
          <FormattedMessage id="deliveries.attempts" values={{ count: delivery.attempts }} />
        </p>
        {delivery.last_error && <p className={classes.error}>{delivery.last_error}</p>}
      </td>
      <td className={classes.narrow}>
        <DeliveryStatus state={delivery.state} />
      </td>
      <td>
        <Link
          to="/documents/$documentId"
          params={{ documentId: document.id }}
          className={classes.link}
        >
          {document.number}
        </Link>
        <p className={classes.detail}>
          <FormattedMessage id={`kind.${document.kind}`} />
        </p>
      </td>
      <td className={classes.narrow}>
        <Instant at={delivery.sent_at ?? delivery.created_at} />
      </td>
      <td>
        <Link
          to="/issuer/customers/$number"
          params={{ number: customer.number }}
          className={classes.quiet}
        >
          {customer.name}
        </Link>
        <p className={classes.detail}>{customer.number}</p>
      </td>
      <td className={classes.number}>
        <RetryDelivery delivery={delivery} />
      </td>
    </tr>
  );
}
