import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { FormattedMessage } from 'react-intl';
import { meQuery } from '../api/session';
import { Brand } from '../components/Brand';
import { PageSkeleton } from '../components/PageSkeleton';
import classes from './HelpFrame.module.css';
import { Shell } from './Shell';

const HelpPage = lazy(async () => ({
  default: (await import('../features/help/HelpPage')).HelpPage,
}));

/** Help is for everybody: in the shell for those who have signed in, in a plain frame for others. */
export function HelpFrame() {
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const page = (
    <Suspense fallback={<PageSkeleton lines={10} />}>
      <HelpPage />
    </Suspense>
  );
  if (me) return <Shell>{page}</Shell>;
  return (
    <>
      <header className={classes.topbar}>
        <Brand />
        <Link to="/sign-in" className={classes.signIn}>
          <FormattedMessage id="sign_in.title" />
        </Link>
      </header>
      <main className={classes.main}>{page}</main>
    </>
  );
}
