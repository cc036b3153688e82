import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { CopyButton } from '../../../components/CopyButton';
import classes from './Tokens.module.css';

type Props = { token: Schema['CreatedToken']; onClose: () => void };

/** A token that has just been made: its text is here this once, and nowhere else ever. */
export function CreatedToken({ token, onClose }: Props) {
  const intl = useIntl();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      className={classes.created}
      aria-labelledby="created-token-title"
    >
      <h2 id="created-token-title">
        <FormattedMessage id="tokens.created" values={{ name: token.name }} />
      </h2>
      <p>
        <FormattedMessage id="tokens.created_text" />
      </p>
      <div className={classes.secret}>
        <code>{token.token}</code>
        <CopyButton
          value={token.token}
          label={intl.formatMessage({ id: 'tokens.copy' })}
          isSecret
        />
      </div>
      <div>
        <Button variant="default" size="xs" onClick={onClose}>
          <FormattedMessage id="tokens.created_close" />
        </Button>
      </div>
    </section>
  );
}
