import { IconDots } from '@tabler/icons-react';
import { memo } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import a11y from '../../components/a11y.module.css';
import { Money } from '../../components/Money';
import { PlainDate } from '../../components/PlainDate';
import { TagChips } from '../../components/TagChip';
import classes from './DocumentTable.module.css';
import { KindLabel } from './KindLabel';
import type { Document } from './queries';
import { RowCheck } from './RowCheck';

export type RowProps = {
  document: Document;
  onOpen: (document: Document) => void;
  onMenu: (document: Document, button: HTMLButtonElement) => void;
  isChosen: boolean;
  onChoose: (document: Document, on: boolean, asRange: boolean) => void;
};

export const DocumentRow = memo(function DocumentRow({
  document,
  onOpen,
  onMenu,
  ...row
}: RowProps) {
  return (
    <tr data-unread={document.unread || undefined} data-chosen={row.isChosen || undefined}>
      <td className={classes.check}>
        <RowCheck document={document} {...row} />
      </td>
      <td className={classes.kind}>
        <KindLabel kind={document.kind} />
      </td>
      <td className={classes.number}>
        <DocumentLink document={document} onOpen={onOpen} />
      </td>
      <td>
        <span className={classes.customer} title={document.customer.name}>
          <span className={classes.customerName}>{document.customer.name}</span>
          <span className={classes.customerNumber}>{document.customer.number}</span>
        </span>
        {document.tags.length > 0 && <TagChips tags={document.tags} />}
      </td>
      <td className={classes.date}>
        <PlainDate date={document.issue_date} />
      </td>
      <td className={`${classes.date} ${classes.due}`}>
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

type LinkProps = Pick<RowProps, 'document' | 'onOpen'>;

/** A plain link: fifty of the router's own would each follow every change of the address. */
export function DocumentLink({ document, onOpen }: LinkProps) {
  return (
    <a
      href={`/documents/${document.id}`}
      className={classes.link}
      data-row-link
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        onOpen(document);
      }}
    >
      {document.number}
      {document.unread && (
        <span className={a11y.hidden}>
          <FormattedMessage id="documents.unread" />
        </span>
      )}
    </a>
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
