import { FormattedMessage } from 'react-intl';
import { Status } from '../../components/Status';
import type { ContactState } from './filters';

const TONES = { active: 'good', invited: 'warning', disabled: 'off' } as const;

export function ContactStatus({ state }: { state: ContactState }) {
  return (
    <Status tone={TONES[state]}>
      <FormattedMessage id={`desk.contact_${state}`} />
    </Status>
  );
}
