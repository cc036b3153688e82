import { FormattedMessage } from 'react-intl';
import a11y from './a11y.module.css';
import classes from './PageSkeleton.module.css';

const WIDTHS = ['62%', '88%', '74%', '93%', '55%', '81%'];

/** Grey lines where text will stand, for a first load only. */
export function PageSkeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div role="status" className={classes.lines}>
      <span className={a11y.hidden}>
        <FormattedMessage id="common.loading" />
      </span>
      {Array.from({ length: lines }, (_, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move.
          key={index}
          className={classes.line}
          style={{ width: WIDTHS[index % WIDTHS.length] }}
        />
      ))}
    </div>
  );
}
