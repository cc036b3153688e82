import { FormattedMessage } from 'react-intl';
import type { DocumentDetail } from '../queries';
import classes from './Checks.module.css';

type Props = { validation: NonNullable<DocumentDetail['validation']> };

/** By which rules the UBL was checked, and what they found. */
export function RulesReport({ validation }: Props) {
  const { profile, layers, findings } = validation;
  return (
    <details className={classes.details}>
      <summary>
        {findings.length > 0 ? (
          <FormattedMessage id="checks.findings" values={{ count: findings.length }} />
        ) : (
          <FormattedMessage id="checks.details" />
        )}
      </summary>
      <p className={classes.small}>
        <FormattedMessage id="checks.rules" values={{ profile, layers: layers.join(', ') }} />
      </p>
      {findings.length > 0 && (
        <ul className={classes.findings}>
          {findings.map(({ rule, location, message, severity }) => (
            <li key={`${rule} ${location}`} data-severity={severity}>
              <strong>{rule}</strong> {message}
              <code>{location}</code>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
