import { FormattedMessage } from 'react-intl';
import { Instant } from '../../../components/Instant';
import { Money } from '../../../components/Money';
import { PaperRequestStatus } from '../../../components/PaperRequestStatus';
import { CustomerLink, DeskTable, DocumentLink } from '../DeskTable';
import table from '../DeskTable.module.css';
import classes from './Paper.module.css';
import { PaperRequestActions } from './PaperRequestActions';
import type { IssuedPaperRequest } from './queries';

const COLUMNS = [
  { name: 'desk.document' },
  { name: 'desk.state' },
  { name: 'desk.customer' },
  { name: 'paper_requests.requester' },
  { name: 'desk.when' },
  { name: 'column.actions', isHidden: true },
] as const;

export function PaperRequestTable({ requests }: { requests: readonly IssuedPaperRequest[] }) {
  return (
    <DeskTable label="paper_requests.title" columns={COLUMNS}>
      {requests.map((request) => (
        <Row key={request.id} request={request} />
      ))}
    </DeskTable>
  );
}

function Row({ request }: { request: IssuedPaperRequest }) {
  const { document, customer, requester } = request;
  return (
    <tr>
      <td className={classes.document}>
        <DocumentLink document={document} />
        <p className={table.detail}>
          <FormattedMessage id={`kind.${document.kind}`} />
        </p>
      </td>
      <td className={table.narrow}>
        <PaperRequestStatus state={request.state} />
        {request.price !== null && (
          <p className={classes.price}>
            <Money amount={request.price} currency={request.currency} />
          </p>
        )}
      </td>
      <td className={table.wide}>
        <CustomerLink customer={customer} />
      </td>
      <td className={table.wide}>
        {requester ? (
          <>
            <p>{requester.name || requester.email}</p>
            {requester.name && <p className={table.detail}>{requester.email}</p>}
          </>
        ) : (
          <FormattedMessage id="paper_requests.nobody" />
        )}
        <Said name="paper.address" text={request.address} />
        <Said name="paper.message" text={request.message} />
        <Said name="administration.reason" text={request.reason} />
      </td>
      <td className={`${table.narrow} ${table.start}`}>
        <Instant at={request.created_at} />
      </td>
      <td className={table.wide}>
        <PaperRequestActions request={request} />
      </td>
    </tr>
  );
}

type SaidProps = {
  name: 'paper.address' | 'paper.message' | 'administration.reason';
  text: string | null;
};

/** What somebody wrote, in their lines, and what it is. */
function Said({ name, text }: SaidProps) {
  return (
    text && (
      <div className={classes.said}>
        <p className={classes.what}>
          <FormattedMessage id={name} />
        </p>
        <p>{text}</p>
      </div>
    )
  );
}
