import { FormattedMessage } from 'react-intl';
import type { Report } from './useValidate';
import classes from './ValidationPage.module.css';

type Props = { findings: Report['findings'] };

/** Every finding with its rule, its place and its reason. The rules speak English everywhere. */
export function Findings({ findings }: Props) {
  return (
    <section aria-labelledby="findings">
      <h2 id="findings" className={classes.subtitle}>
        <FormattedMessage id="validation.findings" />
      </h2>
      <ul className={classes.findings}>
        {findings.map(({ rule, severity, location, line, message }) => (
          <li key={`${rule} ${location}`} data-severity={severity}>
            <span className={classes.severity}>
              <FormattedMessage id={`validation.${severity}`} />
            </span>
            <div className={classes.finding}>
              <strong>{rule}</strong>
              <p lang="en">{message}</p>
              <p className={classes.place}>
                <code>{location}</code>
                {line !== null && (
                  <span>
                    <FormattedMessage id="validation.line" values={{ line }} />
                  </span>
                )}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
