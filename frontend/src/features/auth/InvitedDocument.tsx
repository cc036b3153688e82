import { FormattedMessage } from 'react-intl';
import type { Schema } from '../../api/schemas';
import { PlainDate } from '../../components/PlainDate';

type Props = { document: Schema['InvitationDocument'] };

export function InvitedDocument({ document }: Props) {
  return (
    <div>
      <dt>
        <FormattedMessage id="invitation.document" />
      </dt>
      <dd>
        <FormattedMessage id={`kind.${document.kind}`} /> {document.number}
        {' · '}
        <PlainDate date={document.issue_date} />
      </dd>
    </div>
  );
}
