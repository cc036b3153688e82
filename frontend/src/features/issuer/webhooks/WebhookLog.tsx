import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { problemSentence } from '../../../api/problem';
import { Instant } from '../../../components/Instant';
import { useToast } from '../../../components/Toasts';
import { DeskList, Pills } from '../DeskList';
import { CustomerLink, DeskTable, DocumentLink } from '../DeskTable';
import table from '../DeskTable.module.css';
import { toggled } from '../filters';
import {
  useRetryWebhookDelivery,
  useWebhookDeliveries,
  WEBHOOK_DELIVERY_STATES,
  type Webhook,
  type WebhookDelivery,
  type WebhookDeliveryState,
} from './queries';
import { WebhookDeliveryStatus } from './WebhookStatus';
import classes from './Webhooks.module.css';

const COLUMNS = [
  { name: 'webhooks.message' },
  { name: 'desk.state' },
  { name: 'desk.document' },
  { name: 'desk.when' },
  { name: 'desk.customer' },
  { name: 'column.actions', isHidden: true },
] as const;

/** What a webhook was told, and what came of each message. */
export function WebhookLog({ webhook }: { webhook: Webhook }) {
  const intl = useIntl();
  const [states, setStates] = useState<WebhookDeliveryState[]>();
  const deliveries = useWebhookDeliveries(webhook.id, states);
  const items = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.log} aria-labelledby="webhook-log">
      <h2 id="webhook-log">
        <FormattedMessage id="webhooks.log" />
      </h2>
      <Pills
        label={intl.formatMessage({ id: 'desk.state' })}
        all={WEBHOOK_DELIVERY_STATES}
        chosen={states}
        name={(state) => <FormattedMessage id={`webhooks.state_${state}`} />}
        onToggle={(state) => setStates(toggled(WEBHOOK_DELIVERY_STATES, states, state))}
      />
      <DeskList
        list={deliveries}
        isEmpty={items.length === 0}
        empty={<FormattedMessage id={states ? 'webhooks.log_no_match' : 'webhooks.log_empty'} />}
        onReset={states && (() => setStates(undefined))}
      >
        <DeskTable label="webhooks.log" columns={COLUMNS}>
          {items.map((delivery) => (
            <Row key={delivery.id} webhook={webhook} delivery={delivery} />
          ))}
        </DeskTable>
      </DeskList>
    </section>
  );
}

type RowProps = { webhook: Webhook; delivery: WebhookDelivery };

function Row({ webhook, delivery }: RowProps) {
  const { document, customer, next_try_at: next, last_error: error } = delivery;
  return (
    <tr>
      <td>
        <p className={table.strong}>
          <FormattedMessage id={`webhooks.event.${delivery.event}`} />
        </p>
        <p className={table.detail}>
          <FormattedMessage id="deliveries.attempts" values={{ count: delivery.attempts }} />
          {next && (
            <>
              {' · '}
              <FormattedMessage id="webhooks.next_try" values={{ at: <Instant at={next} /> }} />
            </>
          )}
        </p>
        {error && (
          <p className={table.error}>
            <FormattedMessage
              id={`webhooks.error_${error}`}
              values={{ status: delivery.response_status }}
            />
          </p>
        )}
      </td>
      <td className={table.narrow}>
        <WebhookDeliveryStatus state={delivery.state} />
      </td>
      <td>{document && <DocumentLink document={document} />}</td>
      <td className={document ? table.narrow : `${table.narrow} ${table.start}`}>
        <Instant at={delivery.delivered_at ?? delivery.created_at} />
      </td>
      <td>{customer && <CustomerLink customer={customer} />}</td>
      <td className={table.number}>
        {webhook.active && delivery.state === 'failed' && (
          <Retry webhook={webhook} delivery={delivery} />
        )}
      </td>
    </tr>
  );
}

function Retry({ webhook, delivery }: RowProps) {
  const intl = useIntl();
  const toast = useToast();
  const retry = useRetryWebhookDelivery();
  const path = { webhook_id: webhook.id, webhook_delivery_id: delivery.id };
  return (
    <Button
      variant="default"
      size="xs"
      loading={retry.isPending}
      onClick={() =>
        retry.mutate(
          { params: { path } },
          {
            onSuccess: () => toast({ text: intl.formatMessage({ id: 'webhooks.retried' }) }),
            onError: (error) => toast({ text: problemSentence(intl, error) }),
          },
        )
      }
    >
      <FormattedMessage id="deliveries.retry" />
    </Button>
  );
}
