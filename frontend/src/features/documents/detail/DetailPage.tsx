import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { fileUrl } from '../../../api/client';
import { hasStatus } from '../../../api/problem';
import { meQuery } from '../../../api/session';
import { ProblemNotice } from '../../../components/Message';
import { PageSkeleton } from '../../../components/PageSkeleton';
import { usePageTitle } from '../../../components/usePageTitle';
import { PaperCopy } from '../paper/PaperCopy';
import { documentQuery, noteRead } from '../queries';
import { AskQuestion } from '../questions/AskQuestion';
import { Absent } from './Absent';
import { Amounts } from './Amounts';
import { BackLink } from './BackLink';
import { Checks } from './Checks';
import { DetailHeader } from './DetailHeader';
import header from './DetailHeader.module.css';
import classes from './DetailPage.module.css';
import { DetailTags } from './DetailTags';
import { Facts } from './Facts';
import { History } from './History';
import { Lines } from './Lines';
import { MailedLinks } from './MailedLinks';
import { Neighbours } from './Neighbours';
import { Parties } from './Parties';
import { PaymentPanel } from './PaymentPanel';
import { VatBreakdown } from './VatBreakdown';

const PdfViewer = lazy(async () => ({
  default: (await import('../../../components/pdf/PdfViewer')).PdfViewer,
}));

const Administration = lazy(async () => ({
  default: (await import('./Administration')).Administration,
}));

const route = getRouteApi('/_app/documents/$documentId');

export function DetailPage() {
  const intl = useIntl();
  const client = useQueryClient();
  const { documentId } = route.useParams();
  const { data: document, error, refetch } = useQuery(documentQuery(documentId));
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const readId = document?.id;
  usePageTitle(
    document
      ? `${intl.formatMessage({ id: `kind.${document.kind}` })} ${document.number}`
      : intl.formatMessage({ id: 'documents.title' }),
  );

  useEffect(() => {
    if (readId) noteRead(client, [readId], true);
  }, [client, readId]);

  if (hasStatus(error, 404) || hasStatus(error, 422)) return <Absent />;
  if (!document) {
    return (
      <div className={classes.page}>
        <div className={classes.primary}>
          <BackLink />
          {error ? (
            <ProblemNotice error={error} onRetry={() => void refetch()} />
          ) : (
            <PageSkeleton lines={12} />
          )}
        </div>
      </div>
    );
  }

  const hasPdf = document.files.includes('pdf');
  return (
    <div className={classes.page} data-viewer={hasPdf || undefined}>
      <div className={classes.primary}>
        <div className={header.top}>
          <BackLink />
          <Neighbours documentId={document.id} />
        </div>
        <DetailHeader document={document} />
        <DetailTags document={document} />
        <Amounts document={document} />
        {document.payment && <PaymentPanel payment={document.payment} kind={document.kind} />}
        <Facts document={document} />
        <div className={classes.wishes}>
          <AskQuestion document={document} />
          <PaperCopy document={document} />
        </div>
      </div>
      {hasPdf && (
        <div className={classes.viewer}>
          <Suspense fallback={<div className={classes.viewerPlace} />}>
            <PdfViewer
              url={fileUrl(document.id, 'pdf', true)}
              label={intl.formatMessage({ id: 'detail.viewer' }, { number: document.number })}
            />
          </Suspense>
        </div>
      )}
      <div className={classes.secondary}>
        {!hasPdf && (
          <p className={classes.noPdf}>
            <FormattedMessage id="detail.no_pdf" />
          </p>
        )}
        {me?.role === 'staff' && (
          <Suspense fallback={null}>
            <Administration document={document} />
          </Suspense>
        )}
        {document.vat_breakdown.length > 0 && <VatBreakdown document={document} />}
        {document.lines.length > 0 && <Lines document={document} />}
        <Parties document={document} />
        <Checks document={document} />
        <MailedLinks documentId={document.id} />
        <History documentId={document.id} />
      </div>
    </div>
  );
}
