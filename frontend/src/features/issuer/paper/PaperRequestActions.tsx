import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { isUnpaid } from '../../../api/paper-requests';
import { problemSentence } from '../../../api/problem';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { useToast } from '../../../components/Toasts';
import { DeclineDialog } from './DeclineDialog';
import classes from './Paper.module.css';
import { PriceDialog } from './PriceDialog';
import { type IssuedPaperRequest, useChangePaperRequest } from './queries';

const NEXT = { priced: 'paid', paid: 'completed' } as const;

type Asked = 'price' | 'next' | 'decline';

/** The next steps of a request; whoever asked is told of each by mail. */
export function PaperRequestActions({ request }: { request: IssuedPaperRequest }) {
  const intl = useIntl();
  const toast = useToast();
  const [asked, setAsked] = useState<Asked>();
  const change = useChangePaperRequest();
  const { number } = request.document;
  const next = request.state in NEXT ? NEXT[request.state as keyof typeof NEXT] : undefined;
  const close = () => setAsked(undefined);
  const pricing = request.price === null ? 'price' : 'reprice';
  const label = (step: 'price' | 'reprice' | 'paid' | 'completed' | 'decline') => {
    const action = intl.formatMessage({ id: `paper_requests.${step}` });
    return intl.formatMessage({ id: 'paper_requests.action_of' }, { action, number });
  };
  const takeNext = () =>
    next &&
    change.mutate(
      { params: { path: { paper_request_id: request.id } }, body: { state: next } },
      { onError: (error) => toast({ text: problemSentence(intl, error) }) },
    );
  return (
    <div className={classes.actions}>
      {isUnpaid(request) && (
        <Button
          size="xs"
          variant={request.state === 'requested' ? 'filled' : 'default'}
          aria-label={label(pricing)}
          onClick={() => setAsked('price')}
        >
          <FormattedMessage id={`paper_requests.${pricing}`} />
        </Button>
      )}
      {next && (
        <Button
          size="xs"
          aria-label={label(next)}
          loading={change.isPending}
          onClick={() => setAsked('next')}
        >
          <FormattedMessage id={`paper_requests.${next}`} />
        </Button>
      )}
      {isUnpaid(request) && (
        <Button
          size="xs"
          variant="default"
          aria-label={label('decline')}
          onClick={() => setAsked('decline')}
        >
          <FormattedMessage id="paper_requests.decline" />
        </Button>
      )}
      {next && (
        <ConfirmDialog
          opened={asked === 'next'}
          onClose={close}
          onConfirm={takeNext}
          isDestructive={false}
          title={<FormattedMessage id={`paper_requests.${next}_one`} values={{ number }} />}
          action={<FormattedMessage id={`paper_requests.${next}`} />}
        >
          <p>
            <FormattedMessage id={`paper_requests.${next}_text`} />
          </p>
        </ConfirmDialog>
      )}
      <PriceDialog request={request} opened={asked === 'price'} onClose={close} />
      <DeclineDialog request={request} opened={asked === 'decline'} onClose={close} />
    </div>
  );
}
