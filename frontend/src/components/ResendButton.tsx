import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { FormattedMessage } from 'react-intl';

const PAUSE_SECONDS = 30;

type Props = { onClick: () => void; loading: boolean };

/** "Send a new code", after a pause: the first mail may still be on its way. */
export function ResendButton({ onClick, loading }: Props) {
  const [left, setLeft] = useState(PAUSE_SECONDS);
  const isWaiting = left > 0;

  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setInterval(() => setLeft((seconds) => seconds - 1), 1000);
    return () => clearInterval(timer);
  }, [isWaiting]);

  return (
    <Button
      variant="default"
      size="md"
      fullWidth
      loading={loading}
      disabled={isWaiting}
      onClick={() => {
        setLeft(PAUSE_SECONDS);
        onClick();
      }}
    >
      <FormattedMessage
        id={isWaiting ? 'code.send_again_in' : 'code.send_again'}
        values={{ seconds: left }}
      />
    </Button>
  );
}
