import { PasswordInput } from '@mantine/core';
import { FormattedMessage, useIntl } from 'react-intl';
import { type Advice, MAX_LENGTH, MIN_LENGTH, passwordAdvice } from '../lib/password';
import classes from './PasswordField.module.css';

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  email?: string | undefined;
  error?: string | undefined;
};

const STEPS: Record<Advice['state'], number> = {
  empty: 0,
  short: 1,
  long: 1,
  repetitive: 2,
  own_name: 2,
  good: 3,
  strong: 4,
};

/** Choosing a password: the rule is told beforehand, and the advice follows the typing. */
export function PasswordField({ label, value, onChange, email, error }: Props) {
  const intl = useIntl();
  return (
    <PasswordInput
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="new-password"
      required
      withAsterisk={false}
      error={error}
      size="md"
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      description={<PasswordHint advice={passwordAdvice(value, email)} />}
      descriptionProps={{ component: 'div' }}
      visibilityToggleButtonProps={{
        'aria-label': intl.formatMessage({ id: 'password.toggle' }),
        tabIndex: 0,
      }}
    />
  );
}

function PasswordHint({ advice }: { advice: Advice }) {
  return (
    <>
      <span className={classes.meter} data-step={STEPS[advice.state]} aria-hidden>
        <span />
        <span />
        <span />
        <span />
      </span>
      <span className={classes.hint}>
        <FormattedMessage
          id={`password.${advice.state}`}
          values={{
            min: MIN_LENGTH,
            max: MAX_LENGTH,
            missing: 'missing' in advice ? advice.missing : 0,
          }}
        />
      </span>
    </>
  );
}
