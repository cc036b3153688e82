import { Fragment } from 'react';
import { FormattedMessage } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { PlainDate } from '../../../components/PlainDate';
import { Fact, FactList, Section } from '../../../components/Section';
import type { DocumentDetail } from '../queries';

type Simple = Exclude<keyof Schema['References'], 'preceding_invoices'>;

const REFERENCES: readonly Simple[] = [
  'contract',
  'purchase_order',
  'buyer_reference',
  'project',
  'sales_order',
  'despatch',
  'receipt',
  'tender',
  'invoiced_object',
  'accounting_cost',
];

export function Facts({ document }: { document: DocumentDetail }) {
  const { customer, references, period_start, period_end } = document;
  return (
    <Section title={<FormattedMessage id="detail.facts" />}>
      <FactList>
        <Fact label={<FormattedMessage id="column.customer" />}>
          {customer.name} · {customer.number}
        </Fact>
        {(period_start || period_end) && (
          <Fact label={<FormattedMessage id="detail.period" />}>
            <PlainDate date={period_start} />
            {' – '}
            <PlainDate date={period_end} />
          </Fact>
        )}
        {REFERENCES.map((key) => {
          const value = references?.[key];
          return value ? (
            <Fact key={key} label={<FormattedMessage id={`reference.${key}`} />}>
              {value}
            </Fact>
          ) : null;
        })}
        {references && references.preceding_invoices.length > 0 && (
          <Fact label={<FormattedMessage id="reference.preceding" />}>
            {references.preceding_invoices.map(({ number, issue_date }, index) => (
              <Fragment key={number}>
                {index > 0 && ', '}
                {number}
                {issue_date && (
                  <>
                    {' ('}
                    <PlainDate date={issue_date} />)
                  </>
                )}
              </Fragment>
            ))}
          </Fact>
        )}
      </FactList>
    </Section>
  );
}
