import { FormattedMessage } from 'react-intl';
import { Status } from '../../../components/Status';
import type { Webhook, WebhookDeliveryState } from './queries';

/** How a webhook stands. */
export function WebhookStatus({ webhook }: { webhook: Webhook }) {
  if (webhook.paused_at) {
    return (
      <Status tone="bad">
        <FormattedMessage id="webhooks.given_up" />
      </Status>
    );
  }
  if (!webhook.active) {
    return (
      <Status tone="off">
        <FormattedMessage id="webhooks.paused" />
      </Status>
    );
  }
  return (
    <Status tone={webhook.failing_since ? 'warning' : 'good'}>
      <FormattedMessage id={webhook.failing_since ? 'webhooks.failing' : 'webhooks.active'} />
    </Status>
  );
}

const TONES = { waiting: 'off', delivered: 'good', failed: 'bad' } as const;

/** What became of a message. */
export function WebhookDeliveryStatus({ state }: { state: WebhookDeliveryState }) {
  return (
    <Status tone={TONES[state]}>
      <FormattedMessage id={`webhooks.state_${state}`} />
    </Status>
  );
}
