import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { CopyButton } from '../../../components/CopyButton';
import { Section } from '../../../components/Section';
import { formatInstant } from '../../../lib/dates';
import type { DocumentDetail } from '../queries';
import classes from './Checks.module.css';

/** Why the document can be trusted: its seal, the rules it passed, its fingerprints. */
export function Checks({ document }: { document: DocumentDetail }) {
  const intl = useIntl();
  const { seal, validation, sha256 } = document;
  const prints = Object.entries(sha256);
  if (!seal && !validation && prints.length === 0) return null;
  return (
    <Section title={<FormattedMessage id="checks.title" />}>
      <ul className={classes.checks}>
        {seal && (
          <Check isGood={seal.intact}>
            <FormattedMessage
              id={seal.intact ? 'checks.sealed' : 'checks.seal_broken'}
              values={{
                signer: seal.signer,
                date: formatInstant(seal.signed_at, intl.locale, 'long'),
              }}
            />
          </Check>
        )}
        {validation && (
          <Check isGood={validation.valid}>
            <FormattedMessage
              id={validation.valid ? 'checks.valid' : 'checks.invalid'}
              values={{ count: validation.findings.length }}
            />
          </Check>
        )}
      </ul>
      {prints.length > 0 && (
        <dl className={classes.prints}>
          {prints.map(([file, print]) => (
            <div key={file}>
              <dt>SHA-256 {file.toUpperCase()}</dt>
              <dd>
                <code>{print}</code>
                <CopyButton
                  value={print}
                  label={intl.formatMessage(
                    { id: 'checks.copy_print' },
                    { file: file.toUpperCase() },
                  )}
                />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function Check({ isGood, children }: { isGood: boolean; children: ReactNode }) {
  const Icon = isGood ? IconCircleCheck : IconAlertTriangle;
  return (
    <li className={classes.check} data-good={isGood || undefined}>
      <Icon size={18} stroke={1.8} aria-hidden />
      <span>{children}</span>
    </li>
  );
}
