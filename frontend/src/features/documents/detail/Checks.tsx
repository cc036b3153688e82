import { IconAlertTriangle, IconCircleCheck, IconFileCertificate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { portalQuery } from '../../../api/session';
import { Section } from '../../../components/Section';
import { formatInstant } from '../../../lib/dates';
import type { DocumentDetail } from '../queries';
import { Certificate } from './Certificate';
import classes from './Checks.module.css';
import { Fingerprint } from './Fingerprint';
import { RulesReport } from './RulesReport';

/** Why the document can be trusted: its seal, the rules it passed, its fingerprints. */
export function Checks({ document }: { document: DocumentDetail }) {
  const { seal, validation, sha256, files } = document;
  const prints = Object.entries(sha256);
  const hasPdf = files.includes('pdf');
  if (!seal && !validation && prints.length === 0) return null;
  return (
    <Section title={<FormattedMessage id="checks.title" />}>
      <ul className={classes.checks}>
        {seal ? (
          <SealCheck seal={seal} />
        ) : (
          hasPdf && (
            <Check isGood={false}>
              <FormattedMessage id="checks.unsealed" />
            </Check>
          )
        )}
        {validation && (
          <Check isGood={validation.valid}>
            <FormattedMessage
              id={validation.valid ? 'checks.valid' : 'checks.invalid'}
              values={{ count: validation.findings.length }}
            />
            <RulesReport validation={validation} />
          </Check>
        )}
        {hasPdf && (
          <li className={classes.check}>
            <IconFileCertificate size={18} stroke={1.8} aria-hidden data-neutral />
            <span>
              <FormattedMessage id={originalOf(document)} />
            </span>
          </li>
        )}
      </ul>
      {prints.length > 0 && (
        <dl className={classes.prints}>
          {prints.map(([file, print]) => (
            <Fingerprint key={file} file={file.toUpperCase()} value={print} />
          ))}
        </dl>
      )}
      <p className={classes.link}>
        <Link to="/verify">
          <FormattedMessage id="verify.link" />
        </Link>
      </p>
    </Section>
  );
}

/** The UBL file is the invoice where there is one; a PDF beside it is a view of it. */
function originalOf({ files, seal }: DocumentDetail) {
  if (!files.includes('ubl')) return 'checks.original_pdf' as const;
  return seal?.rendered ? 'checks.original_rendered' : 'checks.original_ubl';
}

function SealCheck({ seal }: { seal: NonNullable<DocumentDetail['seal']> }) {
  const intl = useIntl();
  const { data: portal } = useQuery(portalQuery);
  const words = seal.by_this_issuer ? 'checks.sealed' : 'checks.sealed_other';
  return (
    <Check isGood={seal.intact}>
      <FormattedMessage
        id={seal.intact ? words : 'checks.seal_broken'}
        values={{
          signer: seal.signer,
          issuer: portal?.name ?? '',
          date: seal.signed_at ? formatInstant(seal.signed_at, intl.locale, 'long') : '–',
        }}
      />
      <Certificate seal={seal} />
    </Check>
  );
}

function Check({ isGood, children }: { isGood: boolean; children: ReactNode }) {
  const Icon = isGood ? IconCircleCheck : IconAlertTriangle;
  return (
    <li className={classes.check} data-good={isGood || undefined}>
      <Icon size={18} stroke={1.8} aria-hidden />
      <div>{children}</div>
    </li>
  );
}
