import { TextInput } from '@mantine/core';
import { useIntl } from 'react-intl';
import classes from './CodeField.module.css';

const LENGTH = 6;

type Props = {
  value: string;
  onChange: (code: string) => void;
  /** Called with the last digit, so that nobody has to press a button. */
  onComplete?: (code: string) => void;
  label?: string;
  error?: string | undefined;
  autoFocus?: boolean;
};

/** Six digits of an app or a mail: one field, which phones fill and which takes a pasted code. */
export function CodeField({ value, onChange, onComplete, label, error, autoFocus = true }: Props) {
  const intl = useIntl();
  return (
    <TextInput
      label={label ?? intl.formatMessage({ id: 'code.label' })}
      classNames={{ input: classes.code ?? '' }}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      autoFocus={autoFocus}
      required
      withAsterisk={false}
      size="lg"
      labelProps={{ size: 'md' }}
      maxLength={12}
      placeholder="000000"
      value={value}
      error={error}
      onChange={(event) => {
        const digits = event.currentTarget.value.replace(/\D/g, '').slice(0, LENGTH);
        onChange(digits);
        if (isComplete(digits)) onComplete?.(digits);
      }}
    />
  );
}

export function isComplete(code: string): boolean {
  return code.length === LENGTH;
}
