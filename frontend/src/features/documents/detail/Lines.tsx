import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { Money } from '../../../components/Money';
import { PlainDate } from '../../../components/PlainDate';
import { Section } from '../../../components/Section';
import { formatMoney } from '../../../lib/format';
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
                <LineNotes line={line} currency={currency} />
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

function LineNotes({ line, currency }: { line: Schema['Line']; currency: string | null }) {
  const { locale } = useIntl();
  const quantity = line.quantity && formatQuantity(line.quantity, line.unit, locale);
  const price = line.price && formatMoney(line.price, currency, locale, 6);
  return (
    <>
      {line.name && line.description && <p className={classes.note}>{line.description}</p>}
      {(quantity || price) && (
        <p className={classes.note}>{[quantity, price].filter(Boolean).join(' × ')}</p>
      )}
      {(line.period_start || line.period_end) && (
        <p className={classes.note}>
          <PlainDate date={line.period_start} /> – <PlainDate date={line.period_end} />
        </p>
      )}
      {line.note && <p className={classes.note}>{line.note}</p>}
    </>
  );
}
