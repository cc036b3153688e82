import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Me } from '../../api/session';
import { CenteredPage } from '../../components/CenteredPage';
import { usePageTitle } from '../../components/usePageTitle';
import { CodeForm } from './CodeForm';
import { CredentialsForm } from './CredentialsForm';
import { useEnter } from './useEnter';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const intl = useIntl();
  const enter = useEnter();
  const { next } = route.useSearch();
  const [email, setEmail] = useState('');
  const [challenge, setChallenge] = useState<string | null>(null);
  const [expired, setExpired] = useState<unknown>(null);
  usePageTitle(intl.formatMessage({ id: 'sign_in.title' }));

  const signedIn = (user: Me) => void enter(user, next);

  if (challenge) {
    return (
      <CenteredPage
        title={<FormattedMessage id="sign_in.code_title" />}
        lead={<FormattedMessage id="sign_in.code_lead" />}
      >
        <CodeForm
          challenge={challenge}
          onSignedIn={signedIn}
          onBack={(error) => {
            setExpired(error ?? null);
            setChallenge(null);
          }}
        />
      </CenteredPage>
    );
  }
  return (
    <CenteredPage
      title={<FormattedMessage id="sign_in.title" />}
      lead={<FormattedMessage id={next ? 'sign_in.lead_return' : 'sign_in.lead'} />}
      footer={
        <p>
          <FormattedMessage
            id="sign_in.no_account"
            values={{ link: (text) => <Link to="/invitations/new">{text}</Link> }}
          />
        </p>
      }
    >
      <CredentialsForm
        email={email}
        onEmail={setEmail}
        earlier={expired}
        onSignedIn={signedIn}
        onChallenge={setChallenge}
      />
    </CenteredPage>
  );
}
