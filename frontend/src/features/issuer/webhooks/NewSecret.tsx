import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { CopyButton } from '../../../components/CopyButton';
import type { CreatedWebhook } from './queries';
import classes from './Webhooks.module.css';

type Props = { webhook: CreatedWebhook; onClose: () => void };

/** The secret of a webhook that has just been made: it is here this once, and nowhere else ever. */
export function NewSecret({ webhook, onClose }: Props) {
  const intl = useIntl();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      className={classes.created}
      aria-labelledby="new-secret-title"
    >
      <h2 id="new-secret-title">
        <FormattedMessage id="webhooks.created" />
      </h2>
      <p>
        <FormattedMessage id="webhooks.created_text" />
      </p>
      <div className={classes.secret}>
        <code>{webhook.secret}</code>
        <CopyButton
          value={webhook.secret}
          label={intl.formatMessage({ id: 'webhooks.copy' })}
          isSecret
        />
      </div>
      <p className={classes.hint}>
        <FormattedMessage
          id="webhooks.how_to_verify"
          values={{
            code: (text) => <code>{text}</code>,
            spec: (text) => (
              <a href="https://www.standardwebhooks.com" target="_blank" rel="noreferrer">
                {text}
              </a>
            ),
          }}
        />
      </p>
      <pre className={classes.sample}>
        {'webhook-signature = v1,base64(hmac-sha256(secret, webhook-id.webhook-timestamp.body))'}
      </pre>
      <div>
        <Button variant="default" size="xs" onClick={onClose}>
          <FormattedMessage id="webhooks.created_close" />
        </Button>
      </div>
    </section>
  );
}
