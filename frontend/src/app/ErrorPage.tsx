import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { ApiProblem, problemSentence } from '../api/problem';
import { CenteredPage } from '../components/CenteredPage';
import forms from '../components/forms.module.css';
import { Message, RequestId } from '../components/Message';

/** A screen that failed while the shell around it stands. */
export function ErrorInShell({ error }: ErrorComponentProps) {
  return (
    <div role="alert">
      <Message
        isPage
        icon={<IconPlugConnectedX size={24} stroke={1.6} />}
        title={<FormattedMessage id="error_page.title" />}
        actions={<RetryButton />}
      >
        <Reason error={error} />
      </Message>
    </div>
  );
}

export function ErrorPage({ error }: ErrorComponentProps) {
  return (
    <CenteredPage title={<FormattedMessage id="error_page.title" />}>
      <div role="alert" className={forms.form}>
        <Reason error={error} />
        <RetryButton />
      </div>
    </CenteredPage>
  );
}

function Reason({ error }: { error: unknown }) {
  const intl = useIntl();
  const isFromApi = error instanceof ApiProblem || error instanceof TypeError;
  return (
    <div>
      <p>{isFromApi ? problemSentence(intl, error) : <FormattedMessage id="error_page.text" />}</p>
      {error instanceof ApiProblem && error.requestId && <RequestId id={error.requestId} />}
    </div>
  );
}

function RetryButton() {
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  return (
    <Button
      onClick={() => {
        reset();
        void router.invalidate();
      }}
    >
      <FormattedMessage id="common.retry" />
    </Button>
  );
}
