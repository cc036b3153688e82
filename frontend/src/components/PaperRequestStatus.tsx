import { FormattedMessage } from 'react-intl';
import type { PaperRequestState } from '../api/paper-requests';
import { Status } from './Status';

const TONES = {
  requested: 'warning',
  priced: 'off',
  paid: 'warning',
  completed: 'good',
  cancelled: 'off',
  declined: 'bad',
} as const;

/** How far a copy on paper is; what waits for staff stands out. */
export function PaperRequestStatus({ state }: { state: PaperRequestState }) {
  return (
    <Status tone={TONES[state]}>
      <FormattedMessage id={`paper.state_${state}`} />
    </Status>
  );
}
