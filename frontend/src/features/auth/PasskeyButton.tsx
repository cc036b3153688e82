import { Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { FormattedMessage } from 'react-intl';
import { api } from '../../api/client';
import type { Schema } from '../../api/schemas';
import type { Me } from '../../api/session';
import { ProblemNotice } from '../../components/Message';
import { signWithPasskey } from '../../lib/passkeys';

type Props = {
  /** That of a half sign-in, which the passkey completes; without one it signs in by itself. */
  challenge?: string;
  onSignedIn: (user: Me) => void;
};

export function PasskeyButton({ challenge, onSignedIn }: Props) {
  const signIn = useMutation({
    mutationFn: () => signInWithPasskey(challenge ?? null),
    onSuccess: (user) => user && onSignedIn(user),
  });
  return (
    <>
      <ProblemNotice error={signIn.isPending ? null : signIn.error} />
      <Button
        variant="default"
        size="md"
        fullWidth
        leftSection={<IconFingerprint size={18} stroke={1.7} aria-hidden />}
        loading={signIn.isPending}
        onClick={() => signIn.mutate()}
      >
        <FormattedMessage id="sign_in.passkey" />
      </Button>
    </>
  );
}

async function signInWithPasskey(challenge: string | null): Promise<Me | null> {
  const offered = await api.POST('/api/v1/auth/passkeys/options', { body: { challenge } });
  if (!offered.data) return null;
  const credential = await signWithPasskey(offered.data.public_key);
  if (!credential) return null;
  const body = {
    challenge: offered.data.challenge,
    credential: credential as Schema['PasskeyProof']['credential'],
  };
  const answer = await api.POST('/api/v1/auth/passkeys/verify', { body });
  return answer.data?.user ?? null;
}
