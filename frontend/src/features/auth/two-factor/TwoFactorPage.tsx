import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate, useRouter } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { type Me, meQuery } from '../../../api/session';
import { usePageTitle } from '../../../components/usePageTitle';
import { AddressStep } from './AddressStep';
import { AppStep } from './AppStep';
import { Offer } from './Offer';
import { ScanStep } from './ScanStep';
import { useEnrolment } from './useEnrolment';
import { VerifyStep } from './VerifyStep';

const route = getRouteApi('/two-factor');

/** Two-factor authentication: the offer after signing in, and the wizard's four steps (B1, B2). */
export function TwoFactorPage() {
  const intl = useIntl();
  const { next } = route.useSearch();
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  usePageTitle(intl.formatMessage({ id: 'two_factor.title' }));
  if (!me) return null;
  if (me.mfa_enabled) return <Navigate to={next ?? '/documents'} replace />;
  return <Wizard me={me} next={next} />;
}

function Wizard({ me, next }: { me: Me; next: string | undefined }) {
  const router = useRouter();
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const enrolment = useEnrolment(me);
  const leave = () => router.history.replace(next ?? '/documents');
  const goTo = (step: number) => void navigate({ search: { next, step } });
  // A reloaded page has lost what the earlier steps gave, and a link may name any step.
  const step = Math.min(search.step ?? 0, enrolment.reached);
  const back = () => router.history.back();

  if (step === 0) return <Offer me={me} onStart={() => goTo(1)} onLater={leave} />;
  if (step === 1) return <AppStep onContinue={() => goTo(2)} onBack={back} />;
  if (step === 2) {
    return (
      <AddressStep me={me} enrolment={enrolment} onContinue={(at) => goTo(at)} onBack={back} />
    );
  }
  if (step === 3) {
    return <VerifyStep enrolment={enrolment} onContinue={() => goTo(4)} onBack={back} />;
  }
  return <ScanStep enrolment={enrolment} onBack={() => goTo(2)} />;
}
