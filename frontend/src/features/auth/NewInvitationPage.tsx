import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../api/client';
import { usePageTitle } from '../../components/usePageTitle';
import { EmailRequest } from './EmailRequest';

export function NewInvitationPage() {
  const intl = useIntl();
  usePageTitle(intl.formatMessage({ id: 'new_invitation.title' }));
  const { mutate, ...request } = $api.useMutation('post', '/api/v1/auth/invitations/resend');
  return (
    <EmailRequest
      title={<FormattedMessage id="new_invitation.title" />}
      lead={<FormattedMessage id="new_invitation.lead" />}
      submit={<FormattedMessage id="new_invitation.submit" />}
      confirmation={<FormattedMessage id="new_invitation.confirmation" />}
      request={{ ...request, mutate: (email) => mutate({ body: { email } }) }}
    />
  );
}
