import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../api/client';
import { hasStatus } from '../../api/problem';
import { CenteredPage } from '../../components/CenteredPage';
import forms from '../../components/forms.module.css';
import { usePageTitle } from '../../components/usePageTitle';
import { ChoosePassword } from './ChoosePassword';

const route = getRouteApi('/password/reset/$token');

export function ResetPasswordPage() {
  const intl = useIntl();
  const { token } = route.useParams();
  usePageTitle(intl.formatMessage({ id: 'reset.title' }));
  const reset = $api.useMutation('post', '/api/v1/auth/password/reset');

  if (reset.isSuccess) {
    return (
      <CenteredPage
        title={<FormattedMessage id="reset.done_title" />}
        lead={<FormattedMessage id="reset.done_lead" />}
      >
        <div className={forms.form}>
          <Button size="md" renderRoot={(props) => <Link to="/sign-in" {...props} />}>
            <FormattedMessage id="sign_in.submit" />
          </Button>
        </div>
      </CenteredPage>
    );
  }
  if (hasStatus(reset.error, 410) || hasStatus(reset.error, 404)) {
    return (
      <CenteredPage
        title={<FormattedMessage id="reset.gone_title" />}
        lead={<FormattedMessage id="reset.gone_lead" />}
      >
        <div className={forms.form}>
          <Button size="md" renderRoot={(props) => <Link to="/password/forgot" {...props} />}>
            <FormattedMessage id="reset.gone_action" />
          </Button>
        </div>
      </CenteredPage>
    );
  }
  return (
    <CenteredPage
      title={<FormattedMessage id="reset.title" />}
      lead={<FormattedMessage id="reset.lead" />}
    >
      <ChoosePassword
        label={intl.formatMessage({ id: 'password.new' })}
        submit={<FormattedMessage id="reset.submit" />}
        request={{ ...reset, mutate: (password) => reset.mutate({ body: { token, password } }) }}
      />
    </CenteredPage>
  );
}
