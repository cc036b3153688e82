import { TextInput } from '@mantine/core';
import { useIntl } from 'react-intl';
import { compareAmounts, parseAmount } from '../lib/amount';
import { formatDecimal } from '../lib/format';
import classes from './ranges.module.css';
import { useDraft } from './useDraft';

type Range = { min: string | undefined; max: string | undefined };
type Props = Range & { onChange: (range: Partial<Range>) => void };

/** From one amount to another. A range that is upside down is said to be so, and not applied. */
export function AmountRange({ min, max, onChange }: Props) {
  const intl = useIntl();
  return (
    <div className={classes.pair}>
      <AmountInput
        label={intl.formatMessage({ id: 'filters.from' })}
        value={min}
        allows={(amount) => !max || compareAmounts(amount, max) <= 0}
        onChange={(amount) => onChange({ min: amount })}
      />
      <AmountInput
        label={intl.formatMessage({ id: 'filters.to' })}
        value={max}
        allows={(amount) => !min || compareAmounts(min, amount) <= 0}
        onChange={(amount) => onChange({ max: amount })}
      />
    </div>
  );
}

type InputProps = {
  label: string;
  value: string | undefined;
  allows: (amount: string) => boolean;
  onChange: (amount: string | undefined) => void;
};

/** "1 234,50" and "1234.50" are the same amount, whatever the reader's language. */
export function AmountInput({ label, value, allows, onChange }: InputProps) {
  const intl = useIntl();
  const [draft, type] = useDraft({
    value: value ?? '',
    display: (amount) => (amount ? formatDecimal(amount, intl.locale, { max: 2 }) : ''),
    read: (text) => {
      if (text.trim() === '') return '';
      const amount = parseAmount(text);
      return amount !== null && allows(amount) ? amount : null;
    },
    commit: (amount) => onChange(amount || undefined),
  });
  const amount = parseAmount(draft);
  const isEmpty = draft.trim() === '';
  const problem = isEmpty
    ? undefined
    : amount === null
      ? 'filters.amount_invalid'
      : allows(amount)
        ? undefined
        : 'filters.range_reversed';
  return (
    <TextInput
      label={label}
      inputMode="decimal"
      autoComplete="off"
      maxLength={24}
      value={draft}
      onChange={(event) => type(event.currentTarget.value)}
      error={problem && intl.formatMessage({ id: problem })}
    />
  );
}
