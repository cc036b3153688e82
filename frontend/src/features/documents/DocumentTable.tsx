import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import a11y from '../../components/a11y.module.css';
import { DocumentRow, type RowProps } from './DocumentRow';
import classes from './DocumentTable.module.css';
import { DEFAULT_SORT, type Sort, type SortKey } from './filters';
import type { Document } from './queries';
import { PageCheck } from './RowCheck';
import { isChosen, pageState, type Selection } from './selection';
import { useDrawn } from './useDrawn';

type Props = Omit<RowProps, 'document' | 'isChosen'> & {
  documents: Document[];
  selection: Selection;
  onChoosePage: (on: boolean) => void;
  sort: Sort | undefined;
  onSort: (key: SortKey) => void;
};

export function DocumentTable({
  documents,
  selection,
  onChoosePage,
  sort = DEFAULT_SORT,
  onSort,
  ...row
}: Props) {
  const intl = useIntl();
  const drawn = useDrawn(documents, 24);
  const heading = (key: SortKey, className?: string) => (
    <SortHeading column={key} sort={sort} onSort={onSort} className={className}>
      <FormattedMessage id={`column.${key}`} />
    </SortHeading>
  );
  return (
    <table
      className={classes.table}
      aria-label={intl.formatMessage({ id: 'documents.title' })}
      aria-busy={drawn !== documents}
    >
      <thead>
        <tr>
          <th scope="col" className={classes.check}>
            <PageCheck state={pageState(selection, documents)} onChoose={onChoosePage} />
          </th>
          {heading('kind', classes.kind)}
          {heading('number', classes.number)}
          {heading('customer')}
          {heading('issue_date', classes.date)}
          <th scope="col" className={`${classes.date} ${classes.due}`}>
            <FormattedMessage id="column.due_date" />
          </th>
          {heading('amount', classes.amount)}
          <th scope="col" className={classes.actions}>
            <span className={a11y.hidden}>
              <FormattedMessage id="column.actions" />
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {drawn.map((document) => (
          <DocumentRow
            key={document.id}
            document={document}
            isChosen={isChosen(selection, document.id)}
            {...row}
          />
        ))}
      </tbody>
    </table>
  );
}

type HeadingProps = {
  column: SortKey;
  sort: Sort;
  onSort: (key: SortKey) => void;
  className?: string | undefined;
  children: ReactNode;
};

function SortHeading({ column, sort, onSort, className, children }: HeadingProps) {
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none';
  const Icon = { ascending: IconArrowUp, descending: IconArrowDown, none: IconArrowsSort }[
    direction
  ];
  return (
    <th scope="col" className={className} aria-sort={direction === 'none' ? undefined : direction}>
      <button
        type="button"
        className={classes.sort}
        data-sorted={direction !== 'none' || undefined}
        onClick={() => onSort(column)}
      >
        {children}
        <Icon size={14} stroke={2} aria-hidden />
      </button>
    </th>
  );
}
