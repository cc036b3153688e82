import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { FormattedMessage } from 'react-intl';
import { Money } from '../../components/Money';
import { PlainDate } from '../../components/PlainDate';
import { Findings } from './Findings';
import type { Report, Validated } from './useValidate';
import classes from './ValidationPage.module.css';

type Props = { validated: Validated; onAgain: () => void };

/** The verdict first, then which document it was, then every finding. */
export function ReportCard({ validated, onAgain }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { name, report } = validated;
  const { valid, findings, profile, layers } = report;
  const errors = new Set(
    findings.filter(({ severity }) => severity === 'fatal').map(({ rule }) => rule),
  ).size;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const Icon = valid ? IconCircleCheck : IconAlertTriangle;

  useEffect(() => heading.current?.focus(), []);

  return (
    <>
      <section className={classes.card} data-valid={valid || undefined}>
        <div className={classes.head}>
          <Icon size={28} stroke={1.6} aria-hidden />
          <h2 ref={heading} tabIndex={-1} className={classes.verdict}>
            {valid ? (
              <FormattedMessage id="validation.valid" />
            ) : (
              <FormattedMessage id="validation.invalid" values={{ count: errors }} />
            )}
          </h2>
        </div>
        <p>
          <FormattedMessage id={consequenceOf(report)} />{' '}
          {warnings > 0 && (
            <FormattedMessage id="validation.warnings" values={{ count: warnings }} />
          )}
        </p>
        <p className={classes.small}>
          {name}
          {' · '}
          {profile === null ? (
            <FormattedMessage id="validation.unknown_profile" />
          ) : (
            <FormattedMessage id="checks.rules" values={{ profile, layers: layers.join(', ') }} />
          )}
        </p>
        {report.document && <Facts document={report.document} />}
        <Button variant="default" onClick={onAgain} className={classes.again}>
          <FormattedMessage id="validation.again" />
        </Button>
      </section>
      {findings.length > 0 && <Findings findings={findings} />}
    </>
  );
}

function consequenceOf({ valid, publishable }: Report) {
  if (valid) return 'validation.valid_text' as const;
  return publishable ? 'validation.marked_text' : 'validation.refused_text';
}

function Facts({ document }: { document: NonNullable<Report['document']> }) {
  return (
    <dl className={classes.facts}>
      <Fact label={<FormattedMessage id="validation.document" />}>
        {document.number}, <PlainDate date={document.issue_date} />
      </Fact>
      <Fact label={<FormattedMessage id="validation.seller" />}>{document.seller ?? '–'}</Fact>
      <Fact label={<FormattedMessage id="validation.buyer" />}>{document.buyer ?? '–'}</Fact>
      <Fact label={<FormattedMessage id="validation.amount" />}>
        <Money
          amount={document.amount_incl_vat}
          currency={document.currency}
          kind={document.kind}
        />
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
