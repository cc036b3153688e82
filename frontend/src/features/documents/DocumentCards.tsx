import { memo } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Money } from '../../components/Money';
import { PlainDate } from '../../components/PlainDate';
import { TagChips } from '../../components/TagChip';
import classes from './DocumentCards.module.css';
import { DocumentLink, MenuButton, type RowProps } from './DocumentRow';
import { KindLabel } from './KindLabel';
import type { Document } from './queries';
import { PageCheck, RowCheck } from './RowCheck';
import { isChosen, pageState, type Selection } from './selection';
import { useDrawn } from './useDrawn';

type Props = Omit<RowProps, 'document' | 'isChosen'> & {
  documents: Document[];
  selection: Selection;
  onChoosePage: (on: boolean) => void;
};

/** The list on a phone: the same facts, two lines each. */
export function DocumentCards({ documents, selection, onChoosePage, ...row }: Props) {
  const intl = useIntl();
  const drawn = useDrawn(documents, 8);
  return (
    <>
      <div className={classes.head}>
        <PageCheck state={pageState(selection, documents)} onChoose={onChoosePage} />
        <span aria-hidden>
          <FormattedMessage id="selection.page" />
        </span>
      </div>
      <ul
        className={classes.cards}
        aria-label={intl.formatMessage({ id: 'documents.title' })}
        aria-busy={drawn !== documents}
      >
        {drawn.map((document) => (
          <Card
            key={document.id}
            document={document}
            isChosen={isChosen(selection, document.id)}
            {...row}
          />
        ))}
      </ul>
    </>
  );
}

const Card = memo(function Card({ document, onOpen, onMenu, ...row }: RowProps) {
  return (
    <li
      className={classes.card}
      data-unread={document.unread || undefined}
      data-chosen={row.isChosen || undefined}
    >
      <RowCheck document={document} {...row} />
      <div className={classes.main}>
        <div className={classes.line}>
          <DocumentLink document={document} onOpen={onOpen} />
          <Money
            amount={document.amount_incl_vat}
            currency={document.currency}
            kind={document.kind}
          />
        </div>
        <div className={classes.details}>
          <KindLabel kind={document.kind} />
          <PlainDate date={document.issue_date} />
        </div>
        <div className={classes.customer}>
          <span>{document.customer.name}</span>
          <span>{document.customer.number}</span>
        </div>
        {document.tags.length > 0 && <TagChips tags={document.tags} />}
      </div>
      <MenuButton document={document} onMenu={onMenu} />
    </li>
  );
});
