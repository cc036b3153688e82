import { FormattedMessage } from 'react-intl';
import type { Delivery } from '../../api/deliveries';
import { DeliveryStatus } from '../../components/DeliveryStatus';
import { Instant } from '../../components/Instant';
import { RetryDelivery } from '../../components/RetryDelivery';
import { CustomerLink, DeskTable, DocumentLink } from './DeskTable';
import classes from './DeskTable.module.css';

const COLUMNS = [
  { name: 'deliveries.to' },
  { name: 'desk.state' },
  { name: 'desk.document' },
  { name: 'desk.when' },
  { name: 'desk.customer' },
  { name: 'column.actions', isHidden: true },
] as const;

export function DeliveryTable({ deliveries }: { deliveries: readonly Delivery[] }) {
  return (
    <DeskTable label="deliveries.title" columns={COLUMNS}>
      {deliveries.map((delivery) => (
        <Row key={delivery.id} delivery={delivery} />
      ))}
    </DeskTable>
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
        <DocumentLink document={document} />
        <p className={classes.detail}>
          <FormattedMessage id={`kind.${document.kind}`} />
        </p>
      </td>
      <td className={classes.narrow}>
        <Instant at={delivery.sent_at ?? delivery.created_at} />
      </td>
      <td>
        <CustomerLink customer={customer} />
      </td>
      <td className={classes.number}>
        <RetryDelivery delivery={delivery} />
      </td>
    </tr>
  );
}
