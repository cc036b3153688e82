import { Button } from '@mantine/core';
import { IconMap2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { Message } from '../components/Message';
import { usePageTitle } from '../components/usePageTitle';

export function NotFoundPage() {
  const intl = useIntl();
  usePageTitle(intl.formatMessage({ id: 'not_found.title' }));
  return (
    <Message
      icon={<IconMap2 size={24} stroke={1.6} />}
      title={<FormattedMessage id="not_found.title" />}
      actions={
        <Button renderRoot={(props) => <Link to="/documents" {...props} />}>
          <FormattedMessage id="not_found.action" />
        </Button>
      }
    >
      <p>
        <FormattedMessage id="not_found.text" />
      </p>
    </Message>
  );
}
