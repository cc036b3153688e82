import { IconFileText, IconMail, IconPhone } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { meQuery, portalQuery } from '../api/session';
import a11y from '../components/a11y.module.css';
import classes from './Rail.module.css';

type Props = { onNavigate?: () => void };

export function Rail({ onNavigate }: Props) {
  const intl = useIntl();
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const { data: portal } = useQuery(portalQuery);
  const unread = me?.unread_count ?? 0;

  return (
    <div className={classes.rail}>
      <nav aria-label={intl.formatMessage({ id: 'shell.navigation' })}>
        <ul>
          <li>
            <Link
              to="/documents"
              className={classes.link}
              activeProps={{ 'data-active': true }}
              {...(onNavigate ? { onClick: onNavigate } : {})}
            >
              <IconFileText size={18} stroke={1.7} aria-hidden />
              <FormattedMessage id="nav.documents" />
              {unread > 0 && (
                <span className={classes.count}>
                  <span aria-hidden>{unread > 999 ? '999+' : unread}</span>
                  <span className={a11y.hidden}>
                    <FormattedMessage id="nav.unread" values={{ count: unread }} />
                  </span>
                </span>
              )}
            </Link>
          </li>
        </ul>
      </nav>
      {portal && (
        <address className={classes.support}>
          <p className={classes.supportTitle}>
            <FormattedMessage id="support.title" />
          </p>
          <a href={`mailto:${portal.support.email}`}>
            <IconMail size={15} stroke={1.7} aria-hidden />
            <span>{portal.support.email}</span>
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
