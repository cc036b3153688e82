import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import { isUnpaid, type PaperRequest } from '../../../api/paper-requests';
import { problemSentence } from '../../../api/problem';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { Instant } from '../../../components/Instant';
import { Money } from '../../../components/Money';
import { PaperRequestStatus } from '../../../components/PaperRequestStatus';
import { useToast } from '../../../components/Toasts';
import { historyQuery } from '../queries';
import classes from './PaperState.module.css';
import { paperRequestQuery } from './queries';

/** How far the copy on paper is, what it costs, and the way back until it is paid. */
export function PaperState({ request }: { request: PaperRequest }) {
  return (
    <section className={classes.state} aria-labelledby="paper-copy">
      <h2 id="paper-copy" className={classes.heading}>
        <FormattedMessage id="paper.button" />
        <PaperRequestStatus state={request.state} />
      </h2>
      <p className={classes.text}>
        <FormattedMessage
          id={`paper.told_${request.state}`}
          values={{
            price: (
              <span key="price" className={classes.price}>
                <Money amount={request.price} currency={request.currency} />
              </span>
            ),
            at: <Instant key="at" at={request.changed_at} />,
          }}
        />
      </p>
      {request.state === 'priced' && request.instructions && (
        <p className={classes.text}>{request.instructions}</p>
      )}
      {request.reason && <p className={classes.text}>{request.reason}</p>}
      {isUnpaid(request) && <Cancel request={request} />}
    </section>
  );
}

function Cancel({ request }: { request: PaperRequest }) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = $api.useMutation('delete', '/api/v1/paper-requests/{paper_request_id}', {
    onSuccess: () => toast({ text: intl.formatMessage({ id: 'paper.cancelled' }) }),
    onError: (error) => toast({ text: problemSentence(intl, error) }),
    onSettled: () => {
      for (const { queryKey } of [
        paperRequestQuery(request.document.id),
        historyQuery(request.document.id),
      ])
        void client.invalidateQueries({ queryKey });
    },
  });
  return (
    <>
      <Button
        variant="default"
        size="xs"
        className={classes.cancel}
        loading={cancel.isPending}
        onClick={() => setAsking(true)}
      >
        <FormattedMessage id="paper.cancel" />
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => cancel.mutate({ params: { path: { paper_request_id: request.id } } })}
        title={<FormattedMessage id="paper.cancel" />}
        action={<FormattedMessage id="paper.cancel" />}
      >
        <p>
          <FormattedMessage id="paper.cancel_text" />
        </p>
      </ConfirmDialog>
    </>
  );
}
