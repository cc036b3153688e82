import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import type { Schema } from '../../../api/schemas';
import { Card } from '../Card';
import { ProfileFrame } from '../ProfileFrame';
import { CreatedToken } from './CreatedToken';
import { TokenForm } from './TokenForm';
import { TokenList } from './TokenList';

/** API tokens (A10, H1): what programs sign in with on the reader's behalf. */
export function TokensPage() {
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<Schema['CreatedToken'] | null>(null);
  return (
    <ProfileFrame page="tokens.title">
      {made && <CreatedToken token={made} onClose={() => setMade(null)} />}
      <Card
        title={<FormattedMessage id={isMaking ? 'tokens.new' : 'tokens.yours'} />}
        text={
          <FormattedMessage
            id="tokens.text"
            values={{
              docs: (text) => (
                <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
                  {text}
                </a>
              ),
            }}
          />
        }
        action={
          !isMaking && (
            <Button onClick={() => setMaking(true)}>
              <FormattedMessage id="tokens.create" />
            </Button>
          )
        }
      >
        {isMaking ? (
          <TokenForm
            onClose={() => setMaking(false)}
            onMade={(token) => {
              setMade(token);
              setMaking(false);
            }}
          />
        ) : (
          <TokenList />
        )}
      </Card>
    </ProfileFrame>
  );
}
