import { FormattedMessage, useIntl } from 'react-intl';
import type { Customer } from '../../api/customers';
import { today } from '../../lib/dates';
import classes from './GrantGrid.module.css';

/** The granted customer numbers, each with the last day of its grant, '' for no end. */
export type Grants = ReadonlyMap<string, string>;

type Props = { own: Customer[]; grants: Grants; onChange: (grants: Grants) => void };

/** One line per customer number: ticked or not, and until when. */
export function GrantGrid({ own, grants, onChange }: Props) {
  const all = own.length > 0 && own.every(({ id }) => grants.has(id));
  const tick = (id: string, ticked: boolean) => {
    const next = new Map(grants);
    if (ticked) next.set(id, '');
    else next.delete(id);
    onChange(next);
  };
  const tickAll = (ticked: boolean) => {
    const next = new Map(grants);
    for (const { id } of own) {
      if (!ticked) next.delete(id);
      else if (!next.has(id)) next.set(id, '');
    }
    onChange(next);
  };
  return (
    <fieldset className={classes.grid}>
      <legend>
        <FormattedMessage id="sharing.numbers" />
      </legend>
      {own.length > 1 && (
        <label className={classes.all}>
          <input
            type="checkbox"
            checked={all}
            ref={(box) => {
              if (box) box.indeterminate = !all && own.some(({ id }) => grants.has(id));
            }}
            onChange={(event) => tickAll(event.currentTarget.checked)}
          />
          <span>
            <span className={classes.name}>
              <FormattedMessage id="sharing.all_present" values={{ count: own.length }} />
            </span>
            <span className={classes.hint}>
              <FormattedMessage id="sharing.not_future" />
            </span>
          </span>
        </label>
      )}
      <ul className={classes.list}>
        {own.map((customer) => (
          <GrantLine
            key={customer.id}
            customer={customer}
            end={grants.get(customer.id)}
            onTick={(ticked) => tick(customer.id, ticked)}
            onEnd={(end) => onChange(new Map(grants).set(customer.id, end))}
          />
        ))}
      </ul>
    </fieldset>
  );
}

type LineProps = {
  customer: Customer;
  end: string | undefined;
  onTick: (ticked: boolean) => void;
  onEnd: (end: string) => void;
};

function GrantLine({ customer, end, onTick, onEnd }: LineProps) {
  const intl = useIntl();
  const isOver = Boolean(end && end < today());
  return (
    <li className={classes.line}>
      <label className={classes.customer}>
        <input
          type="checkbox"
          checked={end !== undefined}
          onChange={(event) => onTick(event.currentTarget.checked)}
        />
        <span>
          <span className={classes.name}>{customer.number}</span>
          <span className={classes.hint}>{customer.name}</span>
        </span>
      </label>
      {end !== undefined && (
        <label className={classes.end}>
          <span>
            <FormattedMessage id="sharing.last_day" />
          </span>
          <input
            type="date"
            min={today()}
            value={end}
            aria-label={intl.formatMessage(
              { id: 'sharing.last_day_of' },
              { number: customer.number },
            )}
            aria-invalid={isOver}
            onChange={(event) => onEnd(event.currentTarget.value)}
          />
          {isOver && (
            <span className={classes.over}>
              <FormattedMessage id="sharing.is_over" />
            </span>
          )}
        </label>
      )}
    </li>
  );
}
