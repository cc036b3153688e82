import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { Instant } from '../../components/Instant';
import classes from './DeskTable.module.css';
import { isEvent } from './events';
import type { AuditEntry } from './queries';

export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  const intl = useIntl();
  return (
    <table className={classes.table} aria-label={intl.formatMessage({ id: 'audit.title' })}>
      <thead>
        <tr>
          <th scope="col">
            <FormattedMessage id="desk.when" />
          </th>
          <th scope="col">
            <FormattedMessage id="audit.event" />
          </th>
          <th scope="col">
            <FormattedMessage id="audit.actor" />
          </th>
          <th scope="col">
            <FormattedMessage id="desk.document" />
          </th>
          <th scope="col">
            <FormattedMessage id="desk.customer" />
          </th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ entry }: { entry: AuditEntry }) {
  const { event, actor, actor_email: email, document, customer } = entry;
  const particulars = written(entry.detail);
  return (
    <tr>
      <td className={`${classes.narrow} ${classes.wide}`}>
        <Instant at={entry.at} />
      </td>
      <td className={classes.wide}>
        <p className={classes.strong}>
          {isEvent(event) ? <FormattedMessage id={`audit.${event}`} /> : event.replaceAll('_', ' ')}
        </p>
        {particulars && <p className={classes.detail}>{particulars}</p>}
      </td>
      <td className={classes.wide}>
        <p>{actor || <FormattedMessage id="audit.nobody" />}</p>
        {email && email !== actor && <p className={classes.detail}>{email}</p>}
      </td>
      <td>
        {document && (
          <Link
            to="/documents/$documentId"
            params={{ documentId: document.id }}
            className={classes.link}
          >
            {document.number}
          </Link>
        )}
      </td>
      <td>
        {customer && (
          <>
            <Link
              to="/issuer/customers/$number"
              params={{ number: customer.number }}
              className={classes.quiet}
            >
              {customer.name}
            </Link>
            <p className={classes.detail}>{customer.number}</p>
          </>
        )}
      </td>
    </tr>
  );
}

const FACTS = ['file', 'number', 'name', 'email', 'from', 'to', 'mailed_to', 'reason'] as const;

/** The facts of an event that read well as they were written down. */
function written(detail: AuditEntry['detail']): string {
  return FACTS.map((name) => detail[name])
    .filter((value) => typeof value === 'string')
    .join(' · ');
}
