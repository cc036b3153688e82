import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { CopyButton } from '../../../components/CopyButton';
import { Section } from '../../../components/Section';
import { formatIban } from '../../../lib/format';
import classes from './PaymentPanel.module.css';

type Props = { payment: Schema['Payment']; kind: string };

/** UNTDID 4461: the ways to pay that a reader has to tell apart. */
const MEANS: Record<string, 'transfer' | 'direct_debit' | 'card' | 'cash'> = {
  '10': 'cash',
  '30': 'transfer',
  '31': 'transfer',
  '42': 'transfer',
  '48': 'card',
  '49': 'direct_debit',
  '54': 'card',
  '55': 'card',
  '58': 'transfer',
  '59': 'direct_debit',
};

const DETAILS = ['bic', 'mandate', 'debited_account', 'creditor_id', 'card_number'] as const;

export function PaymentPanel({ payment, kind }: Props) {
  const intl = useIntl();
  const named = MEANS[payment.means] ?? 'other';
  // Nobody pays a credit note: what it says of a transfer is no request.
  const means = named === 'transfer' && kind !== 'invoice' ? 'other' : named;
  const communication =
    means === 'transfer' ? (payment.structured_communication ?? payment.reference) : null;
  const details = [...DETAILS, ...(means === 'transfer' ? [] : (['reference'] as const))] as const;
  return (
    <Section title={<FormattedMessage id={`payment.${means}`} />}>
      <div className={classes.payment}>
        {payment.qr_svg && (
          <figure className={classes.qr}>
            <img
              src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(payment.qr_svg)}`}
              alt={intl.formatMessage({ id: 'payment.qr_alt' })}
              width={132}
              height={132}
            />
            <figcaption>
              <FormattedMessage id="payment.qr" />
            </figcaption>
          </figure>
        )}
        <dl className={classes.facts}>
          {payment.account_name && (
            <div>
              <dt>
                <FormattedMessage id="payment.beneficiary" />
              </dt>
              <dd>{payment.account_name}</dd>
            </div>
          )}
          {payment.iban && (
            <div>
              <dt>IBAN</dt>
              <dd>
                {formatIban(payment.iban)}
                <CopyButton
                  value={payment.iban}
                  label={intl.formatMessage({ id: 'payment.copy_iban' })}
                />
              </dd>
            </div>
          )}
          {communication && (
            <div>
              <dt>
                <FormattedMessage id="payment.communication" />
              </dt>
              <dd>
                {communication}
                <CopyButton
                  value={communication}
                  label={intl.formatMessage({ id: 'payment.copy_communication' })}
                />
              </dd>
            </div>
          )}
          {details.map((key) => {
            const value = payment[key];
            return value ? (
              <div key={key}>
                <dt>
                  <FormattedMessage id={`payment.${key}`} />
                </dt>
                <dd>{value}</dd>
              </div>
            ) : null;
          })}
        </dl>
      </div>
      {payment.terms && <p className={classes.terms}>{payment.terms}</p>}
    </Section>
  );
}
