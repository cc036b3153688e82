import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { $api } from '../../../api/client';
import type { Schema } from '../../../api/schemas';
import { type Me, meQuery } from '../../../api/session';
import { useToast } from '../../../components/Toasts';

export type Enrolment = ReturnType<typeof useEnrolment>;

/** What the wizard has gathered so far; going back loses nothing of it. */
export function useEnrolment(me: Me) {
  const intl = useIntl();
  const toast = useToast();
  const client = useQueryClient();
  const [address, setAddress] = useState(me.recovery_email ?? '');
  const [sent, setSent] = useState<{ address: string; to: string } | null>(null);
  const [seed, setSeed] = useState<Schema['Seed'] | null>(null);

  const start = $api.useMutation('post', '/api/v1/me/mfa/enrolment', {
    onSuccess: ({ sent_to: to }, { body }) => {
      setSent({ address: body.recovery_email, to });
      setSeed(null);
    },
  });
  const verify = $api.useMutation('post', '/api/v1/me/mfa/enrolment/recovery-code', {
    onSuccess: setSeed,
  });
  const confirm = $api.useMutation('post', '/api/v1/me/mfa/enrolment/confirm', {
    onSuccess: () => {
      toast({ text: intl.formatMessage({ id: 'two_factor.done' }) });
      client.setQueryData<Me>(meQuery.queryKey, {
        ...me,
        mfa_enabled: true,
        mfa_offer: false,
        recovery_email: sent?.address ?? me.recovery_email,
        recovery_email_verified: true,
      });
    },
  });
  const reached = seed ? 4 : sent ? 3 : 2;
  return { address, setAddress, sent, seed, start, verify, confirm, reached };
}
