import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../api/client';
import { hasStatus } from '../../api/problem';
import type { Schema } from '../../api/schemas';
import { portalQuery } from '../../api/session';
import { Brand } from '../../components/Brand';
import { CenteredPage } from '../../components/CenteredPage';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { Money } from '../../components/Money';
import { PageSkeleton } from '../../components/PageSkeleton';
import { PlainDate } from '../../components/PlainDate';
import { Fact, FactList } from '../../components/Section';
import { usePageTitle } from '../../components/usePageTitle';
import { formatInstant } from '../../lib/dates';
import classes from './LinkPage.module.css';

const PdfViewer = lazy(async () => ({
  default: (await import('../../components/pdf/PdfViewer')).PdfViewer,
}));

const route = getRouteApi('/links/$token');

type LinkedDocument = Schema['LinkedDocument'];

/** The one document behind a mail's link, for whoever holds the link. */
export function LinkPage() {
  const intl = useIntl();
  const { token } = route.useParams();
  const path = { params: { path: { token } } };
  const { data, error, refetch } = $api.useQuery('get', '/api/v1/links/{token}', path, {
    retry: false,
  });
  usePageTitle(
    data
      ? `${intl.formatMessage({ id: `kind.${data.kind}` })} ${data.number}`
      : intl.formatMessage({ id: 'link.title' }),
  );
  if (hasStatus(error, 404) || hasStatus(error, 410)) return <Closed />;
  if (!data) {
    return (
      <CenteredPage title={<FormattedMessage id="link.title" />}>
        {error ? (
          <ProblemNotice error={error} onRetry={() => void refetch()} />
        ) : (
          <PageSkeleton lines={5} />
        )}
      </CenteredPage>
    );
  }
  return <Opened token={token} document={data} />;
}

function Opened({ token, document }: { token: string; document: LinkedDocument }) {
  const intl = useIntl();
  const { data: portal } = useQuery(portalQuery);
  const file = (kind: 'pdf' | 'ubl', inline = false) =>
    `/api/v1/links/${token}/${kind}${inline ? '?disposition=inline' : ''}`;
  const hasPdf = document.files.includes('pdf');
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Brand />
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/documents/$documentId" params={{ documentId: document.id }} {...props} />
          )}
        >
          <FormattedMessage id="link.open_portal" />
        </Button>
      </header>
      <main className={classes.main}>
        <section className={classes.facts}>
          <p className={classes.kind}>
            <FormattedMessage id={`kind.${document.kind}`} />
          </p>
          <h1 className={classes.number}>{document.number}</h1>
          {document.amount_incl_vat !== null && (
            <p className={classes.amount}>
              <Money
                amount={document.amount_incl_vat}
                currency={document.currency}
                kind={document.kind}
              />
            </p>
          )}
          <FactList>
            <Fact label={<FormattedMessage id="link.issue_date" />}>
              <PlainDate date={document.issue_date} long />
            </Fact>
            {document.due_date && (
              <Fact label={<FormattedMessage id="link.due_date" />}>
                <PlainDate date={document.due_date} long />
              </Fact>
            )}
            <Fact label={<FormattedMessage id="link.customer" />}>
              {document.customer.name} · {document.customer.number}
            </Fact>
          </FactList>
          <div className={classes.actions}>
            {document.files.map((kind) => (
              <Button
                key={kind}
                variant={kind === 'pdf' ? 'filled' : 'default'}
                component="a"
                href={file(kind)}
                download
                leftSection={<IconDownload size={16} aria-hidden />}
              >
                <FormattedMessage id="link.download" values={{ file: kind.toUpperCase() }} />
              </Button>
            ))}
          </div>
          <p className={classes.hint}>
            <FormattedMessage
              id="link.hint"
              values={{
                name: portal?.name ?? '',
                recipient: document.recipient,
                until: formatInstant(document.expires_at, intl.locale, 'short'),
              }}
            />
          </p>
        </section>
        <div className={classes.viewer}>
          {hasPdf ? (
            <Suspense fallback={<div className={classes.viewerPlace} />}>
              <PdfViewer
                url={file('pdf', true)}
                label={intl.formatMessage({ id: 'detail.viewer' }, { number: document.number })}
              />
            </Suspense>
          ) : (
            <p className={classes.noPdf}>
              <FormattedMessage id="link.no_pdf" />
            </p>
          )}
        </div>
      </main>
    </div>
  );
}

function Closed() {
  return (
    <CenteredPage
      title={<FormattedMessage id="link.closed_title" />}
      lead={<FormattedMessage id="link.closed_text" />}
    >
      <div className={forms.form}>
        <Button size="md" renderRoot={(props) => <Link to="/documents" {...props} />}>
          <FormattedMessage id="link.sign_in" />
        </Button>
      </div>
    </CenteredPage>
  );
}
