import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../api/client';
import { usePageTitle } from '../../components/usePageTitle';
import { EmailRequest } from './EmailRequest';

export function ForgotPasswordPage() {
  const intl = useIntl();
  usePageTitle(intl.formatMessage({ id: 'forgot.title' }));
  const { mutate, ...request } = $api.useMutation('post', '/api/v1/auth/password/forgot');
  return (
    <EmailRequest
      title={<FormattedMessage id="forgot.title" />}
      lead={<FormattedMessage id="forgot.lead" />}
      submit={<FormattedMessage id="forgot.submit" />}
      confirmation={<FormattedMessage id="forgot.confirmation" />}
      request={{ ...request, mutate: (email) => mutate({ body: { email } }) }}
    />
  );
}
