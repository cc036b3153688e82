import { useIntl } from 'react-intl';
import { formatInstant } from '../lib/dates';
import classes from './PlainDate.module.css';

/** A moment, in the reader's own time zone. */
export function Instant({ at }: { at: string }) {
  const { locale } = useIntl();
  return (
    <time dateTime={at} className={classes.date}>
      {formatInstant(at, locale, 'short')}
    </time>
  );
}
