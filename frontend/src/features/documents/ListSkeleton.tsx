import { FormattedMessage } from 'react-intl';
import a11y from '../../components/a11y.module.css';
import classes from './ListSkeleton.module.css';

const ROWS = Array.from({ length: 14 }, (_, row) => row);

/** The list's shape while it loads for the first time. */
export function ListSkeleton() {
  return (
    <div role="status" className={classes.list}>
      <span className={a11y.hidden}>
        <FormattedMessage id="common.loading" />
      </span>
      {ROWS.map((row) => (
        <div key={row} className={classes.row}>
          <span style={{ width: `${4 + (row % 3)}rem` }} />
          <span style={{ width: '6rem' }} />
          <span style={{ width: `${8 + (row % 4)}rem` }} />
          <span className={classes.end} style={{ width: `${4 + (row % 3)}rem` }} />
        </div>
      ))}
    </div>
  );
}
