import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import a11y from '../../components/a11y.module.css';
import type { MessageId } from '../../i18n/intl';
import classes from './DeskTable.module.css';

type Column = { name: MessageId; isNumber?: true; isHidden?: true };
type Props = { label: MessageId; columns: readonly Column[]; children: ReactNode };

/** A table of the back office; on a phone each row becomes a card. */
export function DeskTable({ label, columns, children }: Props) {
  const intl = useIntl();
  return (
    <table className={classes.table} aria-label={intl.formatMessage({ id: label })}>
      <thead>
        <tr>
          {columns.map(({ name, isNumber, isHidden }) => (
            <th key={name} scope="col" className={isNumber && classes.number}>
              <span className={isHidden && a11y.hidden}>
                <FormattedMessage id={name} />
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

export function DocumentLink({ document }: { document: { id: string; number: string } }) {
  return (
    <Link to="/documents/$documentId" params={{ documentId: document.id }} className={classes.link}>
      {document.number}
    </Link>
  );
}

type CustomerProps = { customer: { name: string; number: string }; isSubject?: boolean };

/** A customer's name and number; the `isSubject` of its row stands out. */
export function CustomerLink({ customer, isSubject = false }: CustomerProps) {
  return (
    <>
      <Link
        to="/issuer/customers/$number"
        params={{ number: customer.number }}
        className={isSubject ? classes.link : classes.quiet}
      >
        {customer.name}
      </Link>
      <p className={classes.detail}>{customer.number}</p>
    </>
  );
}
