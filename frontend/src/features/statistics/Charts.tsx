import { type CSSProperties, useMemo } from 'react';
import { useIntl } from 'react-intl';
import { formatMonth } from '../../lib/dates';
import { formatCompactMoney, formatMoney } from '../../lib/format';
import classes from './Charts.module.css';
import { type Bar, barOf, type Item, scaleOf } from './series';

type Props = { items: readonly Item[]; currency: string };

const span = ({ from, to }: Bar) =>
  ({ '--from': `${from * 100}%`, '--size': `${(to - from) * 100}%` }) as CSSProperties;

/** One bar a month. The table below says the same in figures, so readers of those skip this. */
export function MonthChart({ items, currency }: Props) {
  const { locale } = useIntl();
  const scale = useMemo(() => scaleOf(items), [items]);
  const lines = [...new Set([scale.high, scale.high / 2, 0, scale.low])];
  return (
    <div className={classes.months} aria-hidden>
      <div className={classes.axis}>
        {lines.map((amount) => {
          const place = ((amount - scale.low) / (scale.high - scale.low || 1)) * 100;
          return (
            <span key={amount} style={{ '--from': `${place}%` } as CSSProperties}>
              {formatCompactMoney(amount, currency, locale)}
            </span>
          );
        })}
      </div>
      <div className={classes.plot}>
        {items.map((item, index) => {
          const bar = barOf(item, scale);
          const month = item.key ?? '';
          const isNamed = month.endsWith('-01') || (index === 0 && !month.endsWith('-12'));
          return (
            <div
              key={month}
              className={classes.month}
              title={`${formatMonth(month, locale)}: ${formatMoney(item.amount_incl_vat ?? '0', currency, locale)}`}
            >
              <span
                className={classes.bar}
                data-negative={bar.isNegative || undefined}
                style={span(bar)}
              />
              {isNamed && <span className={classes.year}>{month.slice(0, 4)}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** A bar in a table's row. */
export function RowBar({ item, items }: { item: Item; items: readonly Item[] }) {
  const scale = useMemo(() => scaleOf(items), [items]);
  const bar = barOf(item, scale);
  return (
    <span className={classes.track} aria-hidden>
      <span
        className={classes.rowBar}
        data-negative={bar.isNegative || undefined}
        style={span(bar)}
      />
    </span>
  );
}
