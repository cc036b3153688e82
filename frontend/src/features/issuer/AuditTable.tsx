import { FormattedMessage } from 'react-intl';
import { Instant } from '../../components/Instant';
import { CustomerLink, DeskTable, DocumentLink } from './DeskTable';
import classes from './DeskTable.module.css';
import { isEvent } from './events';
import type { AuditEntry } from './queries';

const COLUMNS = [
  { name: 'desk.when' },
  { name: 'audit.event' },
  { name: 'audit.actor' },
  { name: 'desk.document' },
  { name: 'desk.customer' },
] as const;

export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <DeskTable label="audit.title" columns={COLUMNS}>
      {entries.map((entry) => (
        <Row key={entry.id} entry={entry} />
      ))}
    </DeskTable>
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
      <td>{document && <DocumentLink document={document} />}</td>
      <td>{customer && <CustomerLink customer={customer} />}</td>
    </tr>
  );
}

const FACTS = [
  'file',
  'number',
  'name',
  'email',
  'from',
  'to',
  'mailed_to',
  'price',
  'reason',
  'host',
] as const;

/** The facts of an event that read well as they were written down. */
function written(detail: AuditEntry['detail']): string {
  return FACTS.map((name) => detail[name])
    .filter((value) => typeof value === 'string')
    .join(' · ');
}
