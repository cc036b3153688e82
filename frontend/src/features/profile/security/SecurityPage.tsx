import { useQuery } from '@tanstack/react-query';
import { meQuery } from '../../../api/session';
import { ProfileFrame } from '../ProfileFrame';
import { PasskeysCard } from './PasskeysCard';
import { SessionsCard } from './SessionsCard';
import { TwoFactorCard } from './TwoFactorCard';

/** How one signs in: the second factor, passkeys, and where one is signed in now. */
export function SecurityPage() {
  const { data: me } = useQuery(meQuery);
  return (
    <ProfileFrame page="security.title">
      {me && <TwoFactorCard me={me} />}
      <PasskeysCard />
      <SessionsCard />
    </ProfileFrame>
  );
}
