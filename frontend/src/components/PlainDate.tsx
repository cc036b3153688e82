import { useIntl } from 'react-intl';
import { formatPlainDate } from '../lib/dates';
import classes from './PlainDate.module.css';

type Props = { date: string | null; long?: boolean };

export function PlainDate({ date, long = false }: Props) {
  const { locale } = useIntl();
  if (!date) return '–';
  return (
    <time dateTime={date} className={classes.date}>
      {formatPlainDate(date, locale, long ? 'long' : 'short')}
    </time>
  );
}
