import { FormattedMessage } from 'react-intl';
import { Money } from '../../../components/Money';
import { PlainDate } from '../../../components/PlainDate';
import type { DocumentDetail } from '../queries';
import classes from './Amounts.module.css';

/** What a reader came for: how much, and by when. */
export function Amounts({ document }: { document: DocumentDetail }) {
  const { kind, currency, totals } = document;
  const money = (amount: string | null) => (
    <Money amount={amount} currency={currency} kind={kind} />
  );
  const hasPrepaid = totals?.prepaid && /[1-9]/.test(totals.prepaid);
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
          {document.amount_excl_vat !== null && (
            <div className={classes.line}>
              <dt>
                <FormattedMessage id="detail.excl_vat" />
              </dt>
              <dd>{money(document.amount_excl_vat)}</dd>
            </div>
          )}
          {document.vat_amount !== null && (
            <div className={classes.line}>
              <dt>
                <FormattedMessage id="detail.vat" />
              </dt>
              <dd>{money(document.vat_amount)}</dd>
            </div>
          )}
          {hasPrepaid && (
            <>
              <div className={classes.line}>
                <dt>
                  <FormattedMessage id="detail.prepaid" />
                </dt>
                <dd>{money(totals.prepaid)}</dd>
              </div>
              <div className={classes.line} data-strong>
                <dt>
                  <FormattedMessage id="detail.payable" />
                </dt>
                <dd>{money(totals.payable)}</dd>
              </div>
            </>
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
