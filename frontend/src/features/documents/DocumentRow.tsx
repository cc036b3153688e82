import { IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import a11y from '../../components/a11y.module.css';
import { Money } from '../../components/Money';
import { PlainDate } from '../../components/PlainDate';
import classes from './DocumentTable.module.css';
import type { Filters } from './filters';
import { KindLabel } from './KindLabel';
import type { Document } from './queries';

export type RowProps = {
  document: Document;
  list: Filters;
  trail: (string | null)[];
  onMenu: (document: Document, button: HTMLButtonElement) => void;
};

export const DocumentRow = memo(function DocumentRow({ document, list, trail, onMenu }: RowProps) {
  return (
    <tr data-unread={document.unread || undefined}>
      <td className={classes.kind}>
        <KindLabel kind={document.kind} />
      </td>
      <td className={classes.number}>
        <DocumentLink document={document} list={list} trail={trail} />
      </td>
      <td>
        <span className={classes.customer} title={document.customer.name}>
          <span className={classes.customerName}>{document.customer.name}</span>
          <span className={classes.customerNumber}>{document.customer.number}</span>
        </span>
      </td>
      <td className={classes.date}>
        <PlainDate date={document.issue_date} />
      </td>
      <td className={classes.date}>
        <PlainDate date={document.due_date} />
      </td>
      <td className={classes.amount}>
        <Money
          amount={document.amount_incl_vat}
          currency={document.currency}
          kind={document.kind}
        />
      </td>
      <td className={classes.actions}>
        <MenuButton document={document} onMenu={onMenu} />
      </td>
    </tr>
  );
});

export function DocumentLink({ document, list, trail }: Omit<RowProps, 'onMenu'>) {
  return (
    <Link
      to="/documents/$documentId"
      params={{ documentId: document.id }}
      state={{ list, trail }}
      className={classes.link}
      data-row-link
    >
      {document.number}
      {document.unread && (
        <span className={a11y.hidden}>
          <FormattedMessage id="documents.unread" />
        </span>
      )}
    </Link>
  );
}

export function MenuButton({ document, onMenu }: Pick<RowProps, 'document' | 'onMenu'>) {
  const intl = useIntl();
  return (
    <button
      type="button"
      className={classes.menuButton}
      aria-haspopup="menu"
      aria-label={intl.formatMessage({ id: 'row_menu.label' }, { number: document.number })}
      onClick={(event) => onMenu(document, event.currentTarget)}
    >
      <IconDots size={18} aria-hidden />
    </button>
  );
}
