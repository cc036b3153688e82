import { memo } from 'react';
import { useIntl } from 'react-intl';
import { Money } from '../../components/Money';
import { PlainDate } from '../../components/PlainDate';
import classes from './DocumentCards.module.css';
import { DocumentLink, MenuButton, type RowProps } from './DocumentRow';
import { KindLabel } from './KindLabel';
import type { Document } from './queries';

type Props = Omit<RowProps, 'document'> & { documents: Document[] };

/** The list on a phone: the same facts, two lines each. */
export function DocumentCards({ documents, ...row }: Props) {
  const intl = useIntl();
  return (
    <ul className={classes.cards} aria-label={intl.formatMessage({ id: 'documents.title' })}>
      {documents.map((document) => (
        <Card key={document.id} document={document} {...row} />
      ))}
    </ul>
  );
}

const Card = memo(function Card({ document, onOpen, onMenu }: RowProps) {
  return (
    <li className={classes.card} data-unread={document.unread || undefined}>
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
      </div>
      <MenuButton document={document} onMenu={onMenu} />
    </li>
  );
});
