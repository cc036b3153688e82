import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { usePageTitle } from '../../components/usePageTitle';
import classes from './ProfileFrame.module.css';

const PAGES = [
  { to: '/profile', id: 'profile.title' },
  { to: '/profile/recovery', id: 'recovery.title' },
  { to: '/profile/security', id: 'security.title' },
  { to: '/profile/tokens', id: 'tokens.title' },
] as const;

type Props = { page: (typeof PAGES)[number]['id']; children: ReactNode };

/** The screens about oneself, and the way from one to the others. */
export function ProfileFrame({ page, children }: Props) {
  const intl = useIntl();
  const title = intl.formatMessage({ id: page });
  const tabs = useRef<HTMLElement>(null);
  usePageTitle(title);
  useEffect(() => {
    // A phone shows some of the tabs only: the present one is to be among them.
    const present = tabs.current?.querySelector('[aria-current=page]');
    present?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, []);
  return (
    <div className={classes.page}>
      <nav
        ref={tabs}
        className={classes.tabs}
        aria-label={intl.formatMessage({ id: 'profile.pages' })}
      >
        {PAGES.map(({ to, id }) => (
          <Link
            key={to}
            to={to}
            className={classes.tab}
            activeOptions={{ exact: true }}
            activeProps={{ 'data-active': true }}
          >
            <FormattedMessage id={id} />
          </Link>
        ))}
      </nav>
      <h1 className={classes.title}>{title}</h1>
      {children}
    </div>
  );
}
