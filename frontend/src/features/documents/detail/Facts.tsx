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

/** UNTDID 1001: what is more than a plain invoice or credit note (380, 381). */
const TYPES = ['326', '383', '384', '386', '389', '393', '396', '261', '751'] as const;

export function Facts({ document }: { document: DocumentDetail }) {
  const { customer, references, period_start, period_end, delivery } = document;
  const type = TYPES.find((code) => code === document.type_code);
  return (
    <Section title={<FormattedMessage id="detail.facts" />}>
      <FactList>
        <Fact label={<FormattedMessage id="column.customer" />}>
          {customer.name} · {customer.number}
        </Fact>
        {type && (
          <Fact label={<FormattedMessage id="detail.type" />}>
            <FormattedMessage id={`type.${type}`} />
          </Fact>
        )}
        {document.tax_point_date && (
          <Fact label={<FormattedMessage id="detail.tax_point" />}>
            <PlainDate date={document.tax_point_date} />
          </Fact>
        )}
        {(period_start || period_end) && (
          <Fact label={<FormattedMessage id="detail.period" />}>
            <PlainDate date={period_start} />
            {' – '}
            <PlainDate date={period_end} />
          </Fact>
        )}
        {delivery?.date && (
          <Fact label={<FormattedMessage id="detail.delivered" />}>
            <PlainDate date={delivery.date} />
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
