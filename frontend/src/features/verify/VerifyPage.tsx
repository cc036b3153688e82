import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { portalQuery } from '../../api/session';
import { CenteredPage } from '../../components/CenteredPage';
import { DropZone } from '../../components/DropZone';
import { ProblemNotice } from '../../components/Message';
import { usePageTitle } from '../../components/usePageTitle';
import { AcrobatHelp } from './AcrobatHelp';
import { useVerify } from './useVerify';
import { VerdictCard } from './VerdictCard';
import classes from './VerifyPage.module.css';

const MOST_BYTES = 20_000_000;

/** Anyone drops a PDF and learns whether the issuer sealed it, and whether it was changed since. */
export function VerifyPage() {
  const intl = useIntl();
  const { data: portal } = useQuery(portalQuery);
  const { mutate, reset, data, error, isPending, failureCount, variables } = useVerify();
  const [isTooLarge, setTooLarge] = useState(false);
  usePageTitle(intl.formatMessage({ id: 'verify.title' }));

  const issuer = portal?.name ?? '';
  const check = (file: File) => {
    reset();
    setTooLarge(file.size > MOST_BYTES);
    if (file.size <= MOST_BYTES) mutate(file);
  };
  return (
    <CenteredPage
      title={<FormattedMessage id="verify.title" />}
      lead={<FormattedMessage id="verify.lead" values={{ issuer }} />}
      footer={
        <Link to="/documents">
          <FormattedMessage id="verify.to_portal" />
        </Link>
      }
    >
      {data ? (
        <VerdictCard checked={data} portal={portal} onAgain={reset} />
      ) : (
        <>
          <DropZone
            id="verify-file"
            accept="application/pdf,.pdf"
            invitation={<FormattedMessage id="verify.drop" />}
            hint={<FormattedMessage id="verify.hint" />}
            busy={
              isPending ? (
                <FormattedMessage
                  id={failureCount > 0 ? 'verify.waiting' : 'verify.checking'}
                  values={{ name: variables?.name ?? '' }}
                />
              ) : null
            }
            onFile={check}
          />
          <div className={classes.notice}>
            {isTooLarge && (
              <p role="alert">
                <FormattedMessage id="verify.too_large" />
              </p>
            )}
            <ProblemNotice error={error} />
          </div>
          <p className={classes.privacy}>
            <FormattedMessage id="verify.privacy" />
          </p>
        </>
      )}
      <AcrobatHelp issuer={issuer} />
    </CenteredPage>
  );
}
