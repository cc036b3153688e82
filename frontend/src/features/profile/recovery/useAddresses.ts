import { useQueryClient } from '@tanstack/react-query';
import { $api } from '../../../api/client';
import { type Me, meQuery } from '../../../api/session';

/** What changing an address takes: a code is mailed to the new one, and proves it. */
export type AddressChange = {
  request: Step<{ email: string }, { sent_to: string }>;
  verify: Step<{ code: string }, unknown>;
  /** Takes the proved address into what is known about the reader. */
  taken: (address: string) => void;
};

type Step<Body, Answer> = {
  mutate: (
    input: { body: Body },
    options?: { onSuccess?: (answer: Answer) => void; onError?: (error: unknown) => void },
  ) => void;
  reset: () => void;
  isPending: boolean;
  error: unknown;
};

export function useRecoveryAddress(): AddressChange {
  const request = $api.useMutation('put', '/api/v1/me/recovery-email');
  const verify = $api.useMutation('post', '/api/v1/me/recovery-email/verify');
  const change = useChangeMe();
  return {
    request,
    verify,
    taken: (address) => change({ recovery_email: address, recovery_email_verified: true }),
  };
}

export function useMainAddress(): AddressChange {
  const request = $api.useMutation('post', '/api/v1/me/email');
  const verify = $api.useMutation('post', '/api/v1/me/email/verify');
  const change = useChangeMe();
  return { request, verify, taken: (address) => change({ email: address }) };
}

function useChangeMe() {
  const client = useQueryClient();
  return (values: Partial<Me>) => {
    client.setQueryData<Me>(meQuery.queryKey, (me) => me && { ...me, ...values });
    void client.invalidateQueries({ queryKey: meQuery.queryKey });
  };
}
