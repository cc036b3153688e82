import { Button } from '@mantine/core';
import { IconAlertTriangle, IconHelpCircle, IconShieldCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Portal } from '../../api/session';
import { formatInstant } from '../../lib/dates';
import type { Checked } from './useVerify';
import classes from './VerdictCard.module.css';
import { type Verdict, verdictOf } from './verdict';

const ICONS: Record<Verdict, typeof IconShieldCheck> = {
  genuine: IconShieldCheck,
  changed: IconAlertTriangle,
  broken: IconAlertTriangle,
  other: IconAlertTriangle,
  unsealed: IconHelpCircle,
};
const TONES = {
  genuine: 'good',
  changed: 'bad',
  broken: 'bad',
  other: 'bad',
  unsealed: 'unsure',
} as const;

type Props = { checked: Checked; portal: Portal | undefined; onAgain: () => void };

/** What was found, first in one line, then what it means and what to do. */
export function VerdictCard({ checked, portal, onAgain }: Props) {
  const intl = useIntl();
  const heading = useRef<HTMLHeadingElement>(null);
  const { name, found } = checked;
  const verdict = verdictOf(found);
  const Icon = ICONS[verdict];

  useEffect(() => heading.current?.focus(), []);

  const phone = portal?.support.phone ?? '';
  const values = {
    issuer: portal?.name ?? '',
    signer: found.signer ?? '',
    phone: <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>{phone}</a>,
    strong: (text: ReactNode[]) => <strong>{text}</strong>,
  };
  return (
    <div className={classes.card} data-tone={TONES[verdict]}>
      <div className={classes.head}>
        <Icon size={30} stroke={1.6} aria-hidden />
        <h2 ref={heading} tabIndex={-1} className={classes.title}>
          <FormattedMessage id={`verify.${verdict}_title`} values={values} />
        </h2>
      </div>
      <p className={classes.text}>
        <FormattedMessage id={`verify.${verdict}_text`} values={values} />
      </p>
      {verdict !== 'genuine' && (
        <p className={classes.text}>
          <FormattedMessage id="verify.advice" values={values} />
        </p>
      )}
      <dl className={classes.facts}>
        <div>
          <dt>
            <FormattedMessage id="verify.file" />
          </dt>
          <dd>{name}</dd>
        </div>
        {found.signer && verdict !== 'broken' && (
          <div>
            <dt>
              <FormattedMessage
                id={found.by_this_issuer ? 'verify.sealed_by' : 'verify.claims_to_be'}
              />
            </dt>
            <dd>{found.signer}</dd>
          </div>
        )}
        {found.signed_at && verdict !== 'broken' && (
          <div>
            <dt>
              <FormattedMessage id="verify.sealed_on" />
            </dt>
            <dd>{formatInstant(found.signed_at, intl.locale, 'long')}</dd>
          </div>
        )}
      </dl>
      <div className={classes.actions}>
        <Button variant="default" onClick={onAgain}>
          <FormattedMessage id="verify.again" />
        </Button>
        {verdict !== 'genuine' && (
          <Button renderRoot={(props) => <Link to="/documents" {...props} />}>
            <FormattedMessage id="verify.find_original" />
          </Button>
        )}
      </div>
    </div>
  );
}
