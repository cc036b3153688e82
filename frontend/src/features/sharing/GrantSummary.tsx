import { FormattedMessage } from 'react-intl';
import type { Customer } from '../../api/customers';
import { PlainDate } from '../../components/PlainDate';
import type { SharedUser } from './queries';
import classes from './SharedUsersPage.module.css';

type Props = { grants: SharedUser['grants']; own: Customer[]; today: string };

/** What a person may see now: all numbers, some, or none, and until when. */
export function GrantSummary({ grants, own, today }: Props) {
  const current = grants.filter(({ expires_on: end }) => !end || end >= today);
  const ended = grants.length - current.length;
  const [first] = current
    .flatMap(({ expires_on: end }) => (end ? [end] : []))
    .toSorted((a, b) => a.localeCompare(b));
  const numbers = own
    .filter(({ id }) => current.some(({ customer_id }) => customer_id === id))
    .map(({ number }) => number);
  return (
    <>
      <p title={numbers.join(', ')}>
        {current.length === 0 ? (
          <FormattedMessage id="sharing.no_access" />
        ) : current.length >= own.length ? (
          <FormattedMessage id="sharing.all_numbers" values={{ count: current.length }} />
        ) : (
          <FormattedMessage
            id="sharing.some_numbers"
            values={{ count: current.length, total: own.length }}
          />
        )}
      </p>
      {first && (
        <p className={classes.detail}>
          <FormattedMessage id="sharing.until" values={{ date: <PlainDate date={first} /> }} />
        </p>
      )}
      {ended > 0 && (
        <p className={classes.detail}>
          <FormattedMessage id="sharing.ended" values={{ count: ended }} />
        </p>
      )}
    </>
  );
}
