import { Button } from '@mantine/core';
import { FormattedMessage, useIntl } from 'react-intl';
import { canRetry, type Delivery, useRetryDelivery } from '../api/deliveries';
import { problemSentence } from '../api/problem';
import { useToast } from './Toasts';

/** Has a mail sent again that did not arrive; nothing for one that did. */
export function RetryDelivery({ delivery }: { delivery: Delivery }) {
  const intl = useIntl();
  const toast = useToast();
  const retry = useRetryDelivery();
  if (!canRetry(delivery)) return null;
  const to = { to: delivery.recipient };
  return (
    <Button
      variant="default"
      size="xs"
      loading={retry.isPending}
      aria-label={intl.formatMessage({ id: 'deliveries.retry_one' }, to)}
      onClick={() =>
        retry.mutate(
          { params: { path: { delivery_id: delivery.id } } },
          {
            onSuccess: () => toast({ text: intl.formatMessage({ id: 'deliveries.retried' }, to) }),
            onError: (error) => toast({ text: problemSentence(intl, error) }),
          },
        )
      }
    >
      <FormattedMessage id="deliveries.retry" />
    </Button>
  );
}
