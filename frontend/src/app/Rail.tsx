import {
  IconBuilding,
  IconChartBar,
  IconChecklist,
  IconFileText,
  IconFileZip,
  IconHelp,
  IconHistory,
  IconMail,
  IconMailbox,
  IconMailForward,
  IconPhone,
  IconPrinter,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { countNews, downloadsQuery, seenQuery } from '../api/downloads';
import { meQuery, portalQuery } from '../api/session';
import a11y from '../components/a11y.module.css';
import classes from './Rail.module.css';

type Props = { onNavigate?: (() => void) | undefined };

export function Rail({ onNavigate }: Props) {
  const intl = useIntl();
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const { data: portal } = useQuery(portalQuery);
  const { data: downloads } = useQuery({ ...downloadsQuery, enabled: false });
  const { data: seen } = useQuery(seenQuery);

  const [name, host] = portal?.support.email.split('@') ?? [];
  const isStaff = me?.role === 'staff';

  return (
    <div className={classes.rail}>
      <nav aria-label={intl.formatMessage({ id: 'shell.navigation' })}>
        <ul>
          <RailLink
            to="/documents"
            icon={<IconFileText size={18} stroke={1.7} aria-hidden />}
            label={<FormattedMessage id="nav.documents" />}
            count={me?.unread_count ?? 0}
            countLabel={(count) => <FormattedMessage id="nav.unread" values={{ count }} />}
            onNavigate={onNavigate}
          />
          <RailLink
            to="/downloads"
            icon={<IconFileZip size={18} stroke={1.7} aria-hidden />}
            label={<FormattedMessage id="downloads.title" />}
            count={countNews(downloads?.items ?? [], seen ?? '')}
            countLabel={(count) => <FormattedMessage id="nav.ready" values={{ count }} />}
            onNavigate={onNavigate}
          />
          {!isStaff && (
            <RailLink
              to="/customers"
              icon={<IconBuilding size={18} stroke={1.7} aria-hidden />}
              label={<FormattedMessage id="nav.customers" />}
              onNavigate={onNavigate}
            />
          )}
          {me?.is_main_contact && (
            <RailLink
              to="/shared-users"
              icon={<IconUsers size={18} stroke={1.7} aria-hidden />}
              label={<FormattedMessage id="nav.sharing" />}
              onNavigate={onNavigate}
            />
          )}
          <RailLink
            to="/statistics"
            icon={<IconChartBar size={18} stroke={1.7} aria-hidden />}
            label={<FormattedMessage id="statistics.title" />}
            onNavigate={onNavigate}
          />
          <RailLink
            to="/help"
            icon={<IconHelp size={18} stroke={1.7} aria-hidden />}
            label={<FormattedMessage id="nav.help" />}
            onNavigate={onNavigate}
          />
        </ul>
        {isStaff && <BackOffice onNavigate={onNavigate} />}
      </nav>
      {portal && (
        <address className={classes.support}>
          <p className={classes.supportTitle}>
            <FormattedMessage id="support.title" />
          </p>
          <a href={`mailto:${portal.support.email}`}>
            <IconMail size={15} stroke={1.7} aria-hidden />
            <span>
              {name}
              <wbr />
              <span className={classes.host}>@{host}</span>
            </span>
          </a>
          <a href={`tel:${portal.support.phone.replace(/[^+\d]/g, '')}`}>
            <IconPhone size={15} stroke={1.7} aria-hidden />
            <span>{portal.support.phone}</span>
          </a>
        </address>
      )}
    </div>
  );
}

/** What the issuer's administration works with. */
function BackOffice({ onNavigate }: Props) {
  const size = { size: 18, stroke: 1.7, 'aria-hidden': true } as const;
  return (
    <>
      <p id="back-office" className={classes.group}>
        <FormattedMessage id="nav.back_office" />
      </p>
      <ul aria-labelledby="back-office">
        <RailLink
          to="/issuer/customers"
          icon={<IconUsersGroup {...size} />}
          label={<FormattedMessage id="nav.issued_customers" />}
          onNavigate={onNavigate}
        />
        <RailLink
          to="/issuer/deliveries"
          icon={<IconMailForward {...size} />}
          label={<FormattedMessage id="nav.deliveries" />}
          onNavigate={onNavigate}
        />
        <RailLink
          to="/issuer/print-batches"
          icon={<IconPrinter {...size} />}
          label={<FormattedMessage id="nav.print_batches" />}
          onNavigate={onNavigate}
        />
        <RailLink
          to="/issuer/paper-requests"
          icon={<IconMailbox {...size} />}
          label={<FormattedMessage id="nav.paper_requests" />}
          onNavigate={onNavigate}
        />
        <RailLink
          to="/issuer/audit"
          icon={<IconHistory {...size} />}
          label={<FormattedMessage id="nav.audit" />}
          onNavigate={onNavigate}
        />
        <RailLink
          to="/issuer/validation"
          icon={<IconChecklist {...size} />}
          label={<FormattedMessage id="nav.validation" />}
          onNavigate={onNavigate}
        />
        <RailLink
          to="/issuer/webhooks"
          icon={<IconWebhook {...size} />}
          label={<FormattedMessage id="nav.webhooks" />}
          onNavigate={onNavigate}
        />
      </ul>
    </>
  );
}

type LinkProps = Props & {
  to:
    | '/documents'
    | '/downloads'
    | '/customers'
    | '/shared-users'
    | '/statistics'
    | '/help'
    | '/issuer/customers'
    | '/issuer/deliveries'
    | '/issuer/print-batches'
    | '/issuer/paper-requests'
    | '/issuer/audit'
    | '/issuer/validation'
    | '/issuer/webhooks';
  icon: ReactNode;
  label: ReactNode;
  /** A number beside the name, when there is something to look at. */
  count?: number;
  countLabel?: (count: number) => ReactNode;
};

function RailLink({ to, icon, label, count = 0, countLabel, onNavigate }: LinkProps) {
  return (
    <li>
      <Link
        to={to}
        className={classes.link}
        activeProps={{ 'data-active': true }}
        {...(onNavigate ? { onClick: onNavigate } : {})}
      >
        {icon}
        {label}
        {count > 0 && (
          <span className={classes.count}>
            <span aria-hidden>{count > 999 ? '999+' : count}</span>
            <span className={a11y.hidden}>{countLabel?.(count)}</span>
          </span>
        )}
      </Link>
    </li>
  );
}
