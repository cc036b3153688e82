import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { CenteredPage } from '../components/CenteredPage';
import forms from '../components/forms.module.css';
import { usePageTitle } from '../components/usePageTitle';

export function NotFoundPage() {
  const intl = useIntl();
  usePageTitle(intl.formatMessage({ id: 'not_found.title' }));
  return (
    <CenteredPage
      title={<FormattedMessage id="not_found.title" />}
      lead={<FormattedMessage id="not_found.text" />}
    >
      <div className={forms.form}>
        <Button size="md" renderRoot={(props) => <Link to="/documents" {...props} />}>
          <FormattedMessage id="not_found.action" />
        </Button>
      </div>
    </CenteredPage>
  );
}
