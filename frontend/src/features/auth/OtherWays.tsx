import { Button } from '@mantine/core';
import { FormattedMessage } from 'react-intl';
import type { Me } from '../../api/session';
import { canUsePasskeys } from '../../lib/passkeys';
import { BackButton } from './BackButton';
import type { HalfSignIn } from './methods';
import { PasskeyButton } from './PasskeyButton';

type Props = HalfSignIn & {
  onSignedIn: (user: Me) => void;
  onLostPhone: () => void;
  onBack: (error?: unknown) => void;
};

export function OtherWays({ challenge, methods, onSignedIn, onLostPhone, onBack }: Props) {
  return (
    <>
      {methods.includes('passkey') && canUsePasskeys() && (
        <PasskeyButton challenge={challenge} onSignedIn={onSignedIn} />
      )}
      <Button variant="subtle" onClick={onLostPhone}>
        <FormattedMessage id="sign_in.lost_phone" />
      </Button>
      <BackButton onBack={() => onBack()} />
    </>
  );
}
