import { Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { Instant } from '../../../components/Instant';
import { DeskTable } from '../DeskTable';
import classes from '../DeskTable.module.css';
import { EventNames } from './EventNames';
import type { Webhook } from './queries';
import { WebhookStatus } from './WebhookStatus';

const COLUMNS = [
  { name: 'webhooks.url' },
  { name: 'webhooks.events' },
  { name: 'desk.state' },
] as const;

export function WebhookTable({ webhooks }: { webhooks: readonly Webhook[] }) {
  return (
    <DeskTable label="webhooks.title" columns={COLUMNS}>
      {webhooks.map((webhook) => (
        <tr key={webhook.id}>
          <td className={classes.wide}>
            <Link
              to="/issuer/webhooks/$webhookId"
              params={{ webhookId: webhook.id }}
              className={classes.link}
            >
              {webhook.url}
            </Link>
            {webhook.description && <p className={classes.detail}>{webhook.description}</p>}
          </td>
          <td>
            <EventNames events={webhook.events} />
          </td>
          <td className={classes.narrow}>
            <WebhookStatus webhook={webhook} />
            {webhook.failing_since && (
              <p className={classes.detail}>
                <FormattedMessage
                  id="webhooks.since"
                  values={{ at: <Instant at={webhook.failing_since} /> }}
                />
              </p>
            )}
          </td>
        </tr>
      ))}
    </DeskTable>
  );
}
