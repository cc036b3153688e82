import { ActionIcon } from '@mantine/core';
import { IconMenu2 } from '@tabler/icons-react';
import { Outlet, useLocation } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Brand } from '../components/Brand';
import { OnceOpened } from '../components/OnceOpened';
import { Notices } from './Notices';
import { Rail } from './Rail';
import classes from './Shell.module.css';
import { UserMenu } from './UserMenu';

const NavDrawer = lazy(async () => ({ default: (await import('./NavDrawer')).NavDrawer }));

const DownloadsWatcher = lazy(async () => ({
  default: (await import('./DownloadsWatcher')).DownloadsWatcher,
}));

/** The rail and the top bar around a screen of those who have signed in. */
export function Shell({ children }: { children?: ReactNode }) {
  const intl = useIntl();
  const [drawerOpen, setDrawerOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shownPath = useRef(pathname);

  useEffect(() => {
    if (shownPath.current === pathname) return;
    shownPath.current = pathname;
    setDrawerOpen(false);
    // A new screen is read from its start, as a new page would be.
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        <FormattedMessage id="shell.skip" />
      </a>
      <header className={classes.topbar}>
        <ActionIcon
          className={classes.burger}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={intl.formatMessage({ id: 'shell.open_menu' })}
          aria-expanded={drawerOpen}
          onClick={() => setDrawerOpen(true)}
        >
          <IconMenu2 size={20} aria-hidden />
        </ActionIcon>
        <Brand />
        <div className={classes.spacer} />
        <UserMenu />
      </header>
      <aside className={classes.rail}>
        <Rail />
      </aside>
      <main ref={main} id="main" tabIndex={-1} className={classes.main}>
        <Notices />
        {children ?? <Outlet />}
      </main>
      <Suspense fallback={null}>
        <DownloadsWatcher />
      </Suspense>
      <OnceOpened opened={drawerOpen}>
        <NavDrawer opened={drawerOpen} onClose={() => setDrawerOpen(false)} />
      </OnceOpened>
    </div>
  );
}
