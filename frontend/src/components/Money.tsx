import { memo } from 'react';
import { useIntl } from 'react-intl';
import { signedAmount } from '../lib/amount';
import { moneyParts } from '../lib/format';
import classes from './Money.module.css';

type Props = { amount: string | null; currency: string | null; kind?: string };

/** An amount in the reader's format; a credit note's shows with a minus. */
export const Money = memo(function Money({ amount, currency, kind = 'invoice' }: Props) {
  const { locale } = useIntl();
  if (amount === null) return <span className={classes.none}>–</span>;
  return (
    <span className={classes.money}>
      {moneyParts(signedAmount(amount, kind), currency, locale).map((part) =>
        part.kind === 'currency' ? (
          <span key={part.kind} className={classes.currency}>
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </span>
  );
});
