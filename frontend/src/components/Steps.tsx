import { FormattedMessage } from 'react-intl';
import classes from './Steps.module.css';

type Props = { step: number; of: number };

/** How far along one is: told in words, drawn for the eye. */
export function Steps({ step, of }: Props) {
  return (
    <div className={classes.steps}>
      <p>
        <FormattedMessage id="steps.place" values={{ step, of }} />
      </p>
      <span className={classes.bars} aria-hidden>
        {Array.from({ length: of }, (_, index) => index + 1).map((number) => (
          <span key={number} data-done={number <= step || undefined} />
        ))}
      </span>
    </div>
  );
}
