import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { CopyButton } from '../../../components/CopyButton';
import { Section } from '../../../components/Section';
import { formatIban } from '../../../lib/format';
import classes from './PaymentPanel.module.css';

type Props = { payment: Schema['Payment'] };

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

export function PaymentPanel({ payment }: Props) {
  const intl = useIntl();
  const means = MEANS[payment.means] ?? 'other';
  const reference = payment.structured_communication ?? payment.reference;
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
          {reference && (
            <div>
              <dt>
                <FormattedMessage id="payment.communication" />
              </dt>
              <dd>
                {reference}
                <CopyButton
                  value={reference}
                  label={intl.formatMessage({ id: 'payment.copy_communication' })}
                />
              </dd>
            </div>
          )}
          {payment.mandate && (
            <div>
              <dt>
                <FormattedMessage id="payment.mandate" />
              </dt>
              <dd>{payment.mandate}</dd>
            </div>
          )}
        </dl>
      </div>
      {payment.terms && <p className={classes.terms}>{payment.terms}</p>}
    </Section>
  );
}
