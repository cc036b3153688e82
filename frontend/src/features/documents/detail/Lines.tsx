import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { Money } from '../../../components/Money';
import { PlainDate } from '../../../components/PlainDate';
import { Section } from '../../../components/Section';
import { negated } from '../../../lib/amount';
import { formatDecimal, formatMoney, formatPercent } from '../../../lib/format';
import { formatQuantity } from '../../../lib/quantity';
import type { DocumentDetail } from '../queries';
import classes from './tables.module.css';

const FIRST = 10;

export function Lines({ document }: { document: DocumentDetail }) {
  const [all, setAll] = useState(false);
  const { lines, currency, kind } = document;
  const shown = all ? lines : lines.slice(0, FIRST);
  return (
    <Section title={<FormattedMessage id="lines.title" values={{ count: lines.length }} />}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">
              <FormattedMessage id="lines.description" />
            </th>
            <th scope="col" className={classes.figure}>
              <FormattedMessage id="lines.net" />
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: line numbers may repeat in real invoices.
            <tr key={index}>
              <td>
                <p className={classes.name}>{line.name || line.description}</p>
                <LineNotes line={line} currency={currency} kind={kind} />
              </td>
              <td className={classes.figure}>
                <Money amount={line.net_amount} currency={currency} kind={kind} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!all && lines.length > FIRST && (
        <Button variant="default" size="xs" mt="sm" onClick={() => setAll(true)}>
          <FormattedMessage id="lines.show_all" values={{ count: lines.length }} />
        </Button>
      )}
    </Section>
  );
}

type NotesProps = { line: Schema['Line']; currency: string | null; kind: string };

function LineNotes({ line, currency, kind }: NotesProps) {
  const { locale } = useIntl();
  return (
    <>
      {line.name && line.description && <p className={classes.note}>{line.description}</p>}
      <p className={classes.note}>
        {[calculation(line, currency, locale), rate(line, locale)].filter(Boolean).join(' · ')}
      </p>
      {(line.period_start || line.period_end) && (
        <p className={classes.note}>
          <PlainDate date={line.period_start} /> – <PlainDate date={line.period_end} />
        </p>
      )}
      {line.allowances_charges?.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two allowances may be all alike.
        <p key={index} className={classes.note}>
          {step.reason ?? (
            <FormattedMessage id={step.is_charge ? 'detail.charge' : 'detail.allowance'} />
          )}{' '}
          <Money
            amount={step.is_charge ? step.amount : negated(step.amount)}
            currency={currency}
            kind={kind}
          />
        </p>
      ))}
      <Identifiers line={line} />
      {line.note && <p className={classes.note}>{line.note}</p>}
    </>
  );
}

/** "2 × €10.00", and per how many where a price is not for one. */
function calculation(line: Schema['Line'], currency: string | null, locale: string): string {
  const quantity = line.quantity && formatQuantity(line.quantity, line.unit, locale);
  const base = line.price_base_quantity;
  const per = base && Number(base) !== 1 ? ` / ${formatDecimal(base, locale)}` : '';
  const price = line.price && formatMoney(line.price, currency, locale, 6) + per;
  return [quantity, price].filter(Boolean).join(' × ');
}

function rate({ vat_rate }: Schema['Line'], locale: string): ReactNode {
  return vat_rate ? formatPercent(vat_rate, locale) : null;
}

const IDENTIFIERS = [
  'seller_item_id',
  'buyer_item_id',
  'standard_item_id',
  'order_line',
  'accounting_cost',
] as const;

function Identifiers({ line }: { line: Schema['Line'] }) {
  const intl = useIntl();
  const known = IDENTIFIERS.flatMap((key) => {
    const value = line[key];
    return value ? [intl.formatMessage({ id: `lines.${key}` }, { value })] : [];
  });
  const told = (line.properties ?? []).map(({ name, value }) => `${name}: ${value}`);
  const all = [...known, ...told];
  return all.length > 0 ? <p className={classes.note}>{all.join(' · ')}</p> : null;
}
