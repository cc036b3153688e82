import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { Money } from '../../../components/Money';
import { Section } from '../../../components/Section';
import { formatPercent } from '../../../lib/format';
import type { DocumentDetail } from '../queries';
import classes from './tables.module.css';

export function VatBreakdown({ document }: { document: DocumentDetail }) {
  const { locale } = useIntl();
  const money = (amount: string | null) => (
    <Money amount={amount} currency={document.currency} kind={document.kind} />
  );
  return (
    <Section title={<FormattedMessage id="vat.title" />}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">
              <FormattedMessage id="vat.rate" />
            </th>
            <th scope="col" className={classes.figure}>
              <FormattedMessage id="vat.taxable" />
            </th>
            <th scope="col" className={classes.figure}>
              <FormattedMessage id="vat.tax" />
            </th>
          </tr>
        </thead>
        <tbody>
          {document.vat_breakdown.map((group) => (
            <tr key={`${group.category} ${group.rate} ${group.exemption_code}`}>
              <th scope="row">
                {group.rate ? formatPercent(group.rate, locale) : '–'}
                <VatReason group={group} />
              </th>
              <td className={classes.figure}>{money(group.taxable_amount)}</td>
              <td className={classes.figure}>{money(group.tax_amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** UNCL 5305: what a reader has to be told beside the rate; S, the standard case, needs no word. */
const CATEGORIES = ['Z', 'E', 'AE', 'K', 'G', 'O', 'L', 'M', 'B'] as const;

function VatReason({ group }: { group: Schema['VatGroup'] }) {
  const category = CATEGORIES.find((code) => code === group.category);
  const reason = group.exemption_reason ?? group.exemption_code;
  return (
    <>
      {category && (
        <span className={classes.note}>
          {' '}
          <FormattedMessage id={`vat.category_${category}`} />
        </span>
      )}
      {reason && <p className={classes.note}>{reason}</p>}
    </>
  );
}
