import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Me } from '../../api/session';
import { CenteredPage } from '../../components/CenteredPage';
import { usePageTitle } from '../../components/usePageTitle';
import { CodeForm } from './CodeForm';
import { CredentialsForm } from './CredentialsForm';
import { LostPhone } from './LostPhone';
import type { HalfSignIn } from './methods';
import { useEnter } from './useEnter';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const intl = useIntl();
  const enter = useEnter();
  const { next } = route.useSearch();
  const [email, setEmail] = useState('');
  const [half, setHalf] = useState<HalfSignIn | null>(null);
  const [lostPhone, setLostPhone] = useState(false);
  const [expired, setExpired] = useState<unknown>(null);
  usePageTitle(intl.formatMessage({ id: 'sign_in.title' }));

  const signedIn = (user: Me) => void enter(user, next);
  const startOver = (error?: unknown) => {
    setExpired(error ?? null);
    setLostPhone(false);
    setHalf(null);
  };

  if (half && lostPhone) {
    return (
      <LostPhone
        {...half}
        onSignedIn={signedIn}
        onBack={() => setLostPhone(false)}
        onExpired={startOver}
      />
    );
  }
  if (half) {
    return (
      <CenteredPage
        title={<FormattedMessage id="sign_in.code_title" />}
        lead={<FormattedMessage id="sign_in.code_lead" />}
      >
        <CodeForm
          {...half}
          onSignedIn={signedIn}
          onLostPhone={() => setLostPhone(true)}
          onBack={startOver}
        />
      </CenteredPage>
    );
  }
  return (
    <CenteredPage
      title={<FormattedMessage id="sign_in.title" />}
      lead={<FormattedMessage id={next ? 'sign_in.lead_return' : 'sign_in.lead'} />}
      footer={
        <>
          <p>
            <FormattedMessage
              id="sign_in.no_account"
              values={{ link: (text) => <Link to="/invitations/new">{text}</Link> }}
            />
          </p>
          <p>
            <Link to="/help">
              <FormattedMessage id="help.from_sign_in" />
            </Link>
          </p>
          <p>
            <Link to="/verify">
              <FormattedMessage id="verify.link" />
            </Link>
          </p>
        </>
      }
    >
      <CredentialsForm
        email={email}
        onEmail={setEmail}
        earlier={expired}
        onSignedIn={signedIn}
        onHalf={setHalf}
      />
    </CenteredPage>
  );
}
