import { FormattedMessage, useIntl } from 'react-intl';
import { formatInstant } from '../../../lib/dates';
import type { DocumentDetail } from '../queries';
import classes from './Checks.module.css';
import { Fingerprint } from './Fingerprint';

type Props = { seal: NonNullable<DocumentDetail['seal']> };

/** By which certificate the PDF is sealed, for who wants to compare. */
export function Certificate({ seal }: Props) {
  const intl = useIntl();
  const { issuer, serial, sha256, expires_at } = seal.certificate;
  return (
    <details className={classes.details}>
      <summary>
        <FormattedMessage id="checks.certificate" />
      </summary>
      <dl className={classes.prints}>
        <div>
          <dt>
            <FormattedMessage id="checks.certificate_issuer" />
          </dt>
          <dd>{issuer}</dd>
        </div>
        <div>
          <dt>
            <FormattedMessage id="checks.certificate_expires" />
          </dt>
          <dd>{formatInstant(expires_at, intl.locale, 'long')}</dd>
        </div>
        <div>
          <dt>
            <FormattedMessage id="checks.level" />
          </dt>
          <dd>
            <FormattedMessage id={`checks.level_${seal.level}`} />
          </dd>
        </div>
        <div>
          <dt>
            <FormattedMessage id="checks.certificate_serial" />
          </dt>
          <dd>
            <code>{serial}</code>
          </dd>
        </div>
        <Fingerprint file={intl.formatMessage({ id: 'checks.certificate' })} value={sha256} />
      </dl>
    </details>
  );
}
