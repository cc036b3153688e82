import { Button } from '@mantine/core';
import { IconFileUnknown } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { FormattedMessage } from 'react-intl';
import { Message } from '../../../components/Message';

/** A document that does not exist and one that may not be seen look the same. */
export function Absent() {
  return (
    <Message
      isPage
      icon={<IconFileUnknown size={24} stroke={1.6} />}
      title={<FormattedMessage id="detail.absent_title" />}
      actions={
        <Button renderRoot={(props) => <Link to="/documents" {...props} />}>
          <FormattedMessage id="not_found.action" />
        </Button>
      }
    >
      <p>
        <FormattedMessage id="detail.absent_text" />
      </p>
    </Message>
  );
}
