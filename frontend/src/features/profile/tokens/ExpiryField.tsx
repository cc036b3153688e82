import { TextInput } from '@mantine/core';
import { FormattedMessage, useIntl } from 'react-intl';
import pills from '../../../components/Pills.module.css';
import { today } from '../../../lib/dates';
import { CHOICES, dayIn } from './expiry';
import classes from './Tokens.module.css';

type Props = {
  value: string;
  onChange: (day: string) => void;
  last: string;
  error: string | undefined;
};

/** The last day of a token: a usual span at a press, or any day within the limit. */
export function ExpiryField({ value, onChange, last, error }: Props) {
  const intl = useIntl();
  return (
    <div>
      <TextInput
        label={intl.formatMessage({ id: 'tokens.expires_on' })}
        type="date"
        required
        withAsterisk={false}
        size="md"
        min={today()}
        max={last}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
      />
      <div className={`${pills.pills} ${classes.presets}`}>
        {CHOICES.map((days) => (
          <button
            key={days}
            type="button"
            className={pills.pill}
            aria-pressed={value === dayIn(days)}
            onClick={() => onChange(dayIn(days))}
          >
            <FormattedMessage id="tokens.days" values={{ days }} />
          </button>
        ))}
      </div>
    </div>
  );
}
