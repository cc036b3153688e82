import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FormattedList, FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../api/client';
import { hasStatus } from '../../api/problem';
import { meQuery } from '../../api/session';
import { CenteredPage } from '../../components/CenteredPage';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { PageSkeleton } from '../../components/PageSkeleton';
import { usePageTitle } from '../../components/usePageTitle';
import { ChoosePassword } from './ChoosePassword';
import { ExistingAccount } from './ExistingAccount';
import classes from './InvitationPage.module.css';
import { InvitedDocument } from './InvitedDocument';
import { useEnter } from './useEnter';

const route = getRouteApi('/invitations/$token');

export function InvitationPage() {
  const intl = useIntl();
  const enter = useEnter();
  const { token } = route.useParams();
  usePageTitle(intl.formatMessage({ id: 'invitation.title' }));

  const path = { params: { path: { token } } };
  const invitation = $api.useQuery('get', '/api/v1/auth/invitations/{token}', path);
  const exists = invitation.data?.account_exists === true;
  const me = useQuery({ ...meQuery, enabled: exists });
  const accept = $api.useMutation('post', '/api/v1/auth/invitations/{token}/accept', {
    onSuccess: ({ user }) => void enter(user),
  });

  const failure = accept.error ?? invitation.error;
  if (hasStatus(failure, 410) || hasStatus(failure, 404)) return <InvitationGone />;
  if (invitation.isPending || (exists && me.isPending)) {
    return (
      <CenteredPage title={<FormattedMessage id="invitation.title" />}>
        <PageSkeleton lines={5} />
      </CenteredPage>
    );
  }
  if (!invitation.data) {
    return (
      <CenteredPage title={<FormattedMessage id="invitation.title" />}>
        <div className={forms.form}>
          <ProblemNotice error={invitation.error} onRetry={() => void invitation.refetch()} />
        </div>
      </CenteredPage>
    );
  }

  const { email, customer_numbers, document, account_exists, main_contact_of } = invitation.data;
  const facts = (
    <dl className={classes.facts}>
      <div>
        <dt>
          <FormattedMessage id="invitation.account" />
        </dt>
        <dd>{email}</dd>
      </div>
      <div>
        <dt>
          <FormattedMessage
            id="invitation.customer_numbers"
            values={{ count: customer_numbers.length }}
          />
        </dt>
        <dd>
          <FormattedList type="unit" value={customer_numbers} />
        </dd>
      </div>
      {main_contact_of && (
        <div>
          <dt>
            <FormattedMessage id="invitation.main_contact" />
          </dt>
          <dd>{main_contact_of}</dd>
        </div>
      )}
      {document && <InvitedDocument document={document} />}
    </dl>
  );

  if (account_exists) {
    return (
      <CenteredPage
        title={<FormattedMessage id="invitation.exists_title" />}
        lead={<FormattedMessage id="invitation.exists_lead" />}
      >
        {facts}
        <ExistingAccount
          token={token}
          email={email}
          me={me.data ?? null}
          request={{ ...accept, mutate: () => accept.mutate({ ...path, body: { password: '' } }) }}
        />
      </CenteredPage>
    );
  }
  return (
    <CenteredPage
      title={<FormattedMessage id="invitation.title" />}
      lead={<FormattedMessage id={document ? 'invitation.lead' : 'invitation.lead_account'} />}
    >
      {facts}
      <ChoosePassword
        label={intl.formatMessage({ id: 'password.choose' })}
        submit={<FormattedMessage id="invitation.submit" />}
        email={email}
        request={{
          ...accept,
          mutate: (password) => accept.mutate({ ...path, body: { password } }),
        }}
      />
    </CenteredPage>
  );
}

function InvitationGone() {
  return (
    <CenteredPage
      title={<FormattedMessage id="invitation.gone_title" />}
      lead={<FormattedMessage id="invitation.gone_lead" />}
      footer={
        <Link to="/sign-in">
          <FormattedMessage id="auth.back_to_sign_in" />
        </Link>
      }
    >
      <div className={forms.form}>
        <Button size="md" renderRoot={(props) => <Link to="/invitations/new" {...props} />}>
          <FormattedMessage id="invitation.gone_action" />
        </Button>
      </div>
    </CenteredPage>
  );
}
