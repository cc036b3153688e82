import { FormattedMessage } from 'react-intl';
import classes from './AcrobatHelp.module.css';

type Props = { issuer: string };

const STEPS = ['verify.acrobat_1', 'verify.acrobat_2', 'verify.acrobat_3'] as const;

/** How a reader checks the same without us. */
export function AcrobatHelp({ issuer }: Props) {
  return (
    <details className={classes.help}>
      <summary>
        <FormattedMessage id="verify.acrobat_title" />
      </summary>
      <ol>
        {STEPS.map((id) => (
          <li key={id}>
            <FormattedMessage id={id} values={{ issuer }} />
          </li>
        ))}
      </ol>
    </details>
  );
}
