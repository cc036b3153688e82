import { Button } from '@mantine/core';
import { FormattedMessage } from 'react-intl';
import { Instant } from '../../../components/Instant';
import { useChangeWebhook, type Webhook } from './queries';
import classes from './Webhooks.module.css';

/** Tells of a webhook that fails, or that the portal paused because it failed for long. */
export function WebhookTrouble({ webhook }: { webhook: Webhook }) {
  const change = useChangeWebhook();
  const { id, paused_at: pausedAt, failing_since: failingSince } = webhook;
  if (!pausedAt && !failingSince) return null;
  return (
    <div role="status" className={classes.trouble}>
      <p>
        {pausedAt ? (
          <FormattedMessage
            id="webhooks.given_up_text"
            values={{ at: <Instant at={pausedAt} /> }}
          />
        ) : (
          <FormattedMessage
            id="webhooks.failing_text"
            values={{ at: failingSince && <Instant at={failingSince} /> }}
          />
        )}
      </p>
      {pausedAt && (
        <Button
          size="xs"
          variant="default"
          loading={change.isPending}
          onClick={() =>
            change.mutate({ params: { path: { webhook_id: id } }, body: { active: true } })
          }
        >
          <FormattedMessage id="webhooks.resume" />
        </Button>
      )}
    </div>
  );
}
