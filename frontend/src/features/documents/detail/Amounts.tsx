import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { Money } from '../../../components/Money';
import { PlainDate } from '../../../components/PlainDate';
import type { MessageId } from '../../../i18n/intl';
import { negated } from '../../../lib/amount';
import type { DocumentDetail } from '../queries';
import classes from './Amounts.module.css';

/** What a reader came for: how much, and by when. */
export function Amounts({ document }: { document: DocumentDetail }) {
  const { kind, currency, totals } = document;
  const money = (amount: string | null) => (
    <Money amount={amount} currency={currency} kind={kind} />
  );
  const steps = document.allowances_charges;
  const hasSteps = steps.length > 0 && totals?.line_total != null;
  return (
    <section className={classes.panel}>
      {document.amount_incl_vat !== null && (
        <dl>
          <div className={classes.total}>
            <dt>
              <FormattedMessage id="detail.incl_vat" />
            </dt>
            <dd>{money(document.amount_incl_vat)}</dd>
          </div>
          {hasSteps && <Line label="detail.line_total">{money(totals?.line_total ?? null)}</Line>}
          {steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two allowances may be all alike.
            <AllowanceLine key={index} step={step} currency={currency} kind={kind} />
          ))}
          {document.amount_excl_vat !== null && (
            <Line label="detail.excl_vat">{money(document.amount_excl_vat)}</Line>
          )}
          {document.vat_amount !== null && (
            <Line label="detail.vat">{money(document.vat_amount)}</Line>
          )}
          {isSome(totals?.prepaid) && <Line label="detail.prepaid">{money(totals.prepaid)}</Line>}
          {isSome(totals?.rounding) && (
            <Line label="detail.rounding">{money(totals.rounding)}</Line>
          )}
          {totals && (isSome(totals.prepaid) || isSome(totals.rounding)) && (
            <Line label="detail.payable" isStrong>
              {money(totals.payable)}
            </Line>
          )}
          {document.tax_currency && document.vat_in_tax_currency && (
            <Line label="detail.vat_in_tax_currency">
              <Money
                amount={document.vat_in_tax_currency}
                currency={document.tax_currency}
                kind={kind}
              />
            </Line>
          )}
        </dl>
      )}
      <dl className={classes.dates}>
        <div>
          <dt>
            <FormattedMessage id="detail.issued" />
          </dt>
          <dd>
            <PlainDate date={document.issue_date} long />
          </dd>
        </div>
        {document.due_date && (
          <div>
            <dt>
              <FormattedMessage id="detail.due" />
            </dt>
            <dd>
              <PlainDate date={document.due_date} long />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

type LineProps = { label: MessageId; isStrong?: boolean; children: ReactNode };

function Line({ label, isStrong = false, children }: LineProps) {
  return (
    <div className={classes.line} data-strong={isStrong || undefined}>
      <dt>
        <FormattedMessage id={label} />
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

type AllowanceProps = {
  step: Schema['AllowanceCharge'];
  currency: string | null;
  kind: string;
};

function AllowanceLine({ step, currency, kind }: AllowanceProps) {
  return (
    <div className={classes.line}>
      <dt>
        {step.reason ?? (
          <FormattedMessage id={step.is_charge ? 'detail.charge' : 'detail.allowance'} />
        )}
      </dt>
      <dd>
        <Money
          amount={step.is_charge ? step.amount : negated(step.amount)}
          currency={currency}
          kind={kind}
        />
      </dd>
    </div>
  );
}

function isSome(amount: string | null | undefined): amount is string {
  return amount != null && /[1-9]/.test(amount);
}
