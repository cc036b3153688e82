import { FormattedList, useIntl } from 'react-intl';
import type { WebhookEvent } from './queries';

/** What a webhook is told of, in words. */
export function EventNames({ events }: { events: readonly WebhookEvent[] }) {
  const intl = useIntl();
  const names = events.map((event) => intl.formatMessage({ id: `webhooks.event.${event}` }));
  return <FormattedList type="unit" value={names} />;
}
