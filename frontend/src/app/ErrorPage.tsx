import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { ApiProblem, problemSentence } from '../api/problem';
import { Message, RequestId } from '../components/Message';

export function ErrorPage({ error }: ErrorComponentProps) {
  const intl = useIntl();
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  const isApi = error instanceof ApiProblem || error instanceof TypeError;
  return (
    <div role="alert">
      <Message
        icon={<IconPlugConnectedX size={24} stroke={1.6} />}
        title={<FormattedMessage id="error_page.title" />}
        actions={
          <Button
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            <FormattedMessage id="common.retry" />
          </Button>
        }
      >
        <p>{isApi ? problemSentence(intl, error) : <FormattedMessage id="error_page.text" />}</p>
        {error instanceof ApiProblem && error.requestId && <RequestId id={error.requestId} />}
      </Message>
    </div>
  );
}
