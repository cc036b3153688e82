import { FormattedMessage } from 'react-intl';
import type { DeliveryState } from '../api/deliveries';
import { Status } from './Status';

const TONES = {
  waiting: 'off',
  held: 'off',
  sent: 'good',
  refused: 'bad',
  bounced: 'bad',
  dropped: 'warning',
} as const;

/** What became of a mail. */
export function DeliveryStatus({ state }: { state: DeliveryState }) {
  return (
    <Status tone={TONES[state]}>
      <FormattedMessage id={`deliveries.${state}`} />
    </Status>
  );
}
