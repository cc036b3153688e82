import { FormattedMessage, useIntl } from 'react-intl';
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
                {group.exemption_reason && (
                  <span className={classes.note}> {group.exemption_reason}</span>
                )}
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
