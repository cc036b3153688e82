import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { ApiProblem, problemSentence } from '../api/problem';
import classes from './Message.module.css';

type Props = {
  icon: ReactNode;
  title: ReactNode;
  /** Whether this is all the screen has to say. */
  isPage?: boolean;
  children?: ReactNode;
  actions?: ReactNode;
};

/** A screen, or part of one, that has nothing else to show: why, and what can be done. */
export function Message({ icon, title, isPage = false, children, actions }: Props) {
  const Title = isPage ? 'h1' : 'h2';
  return (
    <div className={classes.message}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <Title className={classes.title}>{title}</Title>
      {children && <div className={classes.text}>{children}</div>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

type NoticeProps = { error: unknown; onRetry?: (() => void) | undefined };

/** A failure beside content that stays: one sentence, the request's id, and a way to try again. */
export function ProblemNotice({ error, onRetry }: NoticeProps) {
  const intl = useIntl();
  if (!error) return null;
  const requestId = error instanceof ApiProblem ? error.requestId : undefined;
  const showsId = requestId && !(error instanceof ApiProblem && error.status < 500);
  return (
    <div role="alert" className={classes.notice}>
      <div>
        <p>{problemSentence(intl, error)}</p>
        {showsId && <RequestId id={requestId} />}
      </div>
      {onRetry && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          <FormattedMessage id="common.retry" />
        </Button>
      )}
    </div>
  );
}

export function RequestId({ id }: { id: string }) {
  return (
    <p className={classes.requestId}>
      <FormattedMessage
        id="problem.request_id"
        values={{ id, code: (text) => <code>{text}</code> }}
      />
    </p>
  );
}
