import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { $api } from '../../api/client';
import { hasCode, hasStatus } from '../../api/problem';
import type { Schema } from '../../api/schemas';
import type { Me } from '../../api/session';
import { CenteredPage } from '../../components/CenteredPage';
import { CodeStep } from '../../components/CodeStep';
import forms from '../../components/forms.module.css';
import { ProblemNotice } from '../../components/Message';
import { ResendButton } from '../../components/ResendButton';
import { SeedPanel } from '../../components/SeedPanel';
import { BackButton } from './BackButton';
import type { HalfSignIn } from './methods';
import { NoRecovery } from './NoRecovery';

type Props = HalfSignIn & {
  onSignedIn: (user: Me) => void;
  /** Back to the code, or, with the reason, to the password. */
  onBack: () => void;
  onExpired: (error: unknown) => void;
};

/** A lost phone (B4): a code to the recovery mailbox, then a new QR code; the old one is dead. */
export function LostPhone({ challenge, methods, onSignedIn, onBack, onExpired }: Props) {
  const [seed, setSeed] = useState<Schema['RecoverySeed'] | null>(null);
  const expired = (error: unknown) => {
    if (hasStatus(error, 401) && !hasCode(error, 'invalid_code')) onExpired(error);
  };
  const send = $api.useMutation('post', '/api/v1/auth/mfa/recovery', { onError: expired });
  const verify = $api.useMutation('post', '/api/v1/auth/mfa/recovery/verify', {
    onSuccess: setSeed,
    onError: expired,
  });
  const lift = $api.useMutation('post', '/api/v1/auth/mfa/recovery/confirm-origin', {
    // The block is lifted: now the code for the recovery mailbox.
    onSuccess: () => send.mutate({ body: { challenge } }),
    onError: expired,
  });
  const confirm = $api.useMutation('post', '/api/v1/auth/mfa/recovery/confirm', {
    onSuccess: (answer) => onSignedIn(answer.user),
    onError: expired,
  });

  if (!methods.includes('recovery_email') || hasStatus(send.error, 409)) {
    return <NoRecovery onBack={onBack} />;
  }
  if (seed) {
    return (
      <CenteredPage
        title={<FormattedMessage id="lost_phone.scan_title" />}
        lead={<FormattedMessage id="lost_phone.scan_lead" />}
      >
        <SeedPanel seed={seed} />
        <CodeStep
          submit={<FormattedMessage id="common.confirm" />}
          request={{
            ...confirm,
            mutate: (code) => confirm.mutate({ body: { challenge: seed.challenge, code } }),
          }}
        />
      </CenteredPage>
    );
  }
  if (!send.data) {
    return (
      <CenteredPage
        title={<FormattedMessage id="lost_phone.title" />}
        lead={<FormattedMessage id="lost_phone.lead" />}
      >
        <div className={forms.form}>
          <ProblemNotice error={send.isPending ? null : send.error} />
          <Button
            size="md"
            loading={send.isPending}
            onClick={() => send.mutate({ body: { challenge } })}
          >
            <FormattedMessage id="lost_phone.send" />
          </Button>
          <BackButton onBack={onBack} />
        </div>
      </CenteredPage>
    );
  }
  const { sent_to: sentTo, confirm_origin: isBlocked } = send.data;
  const step = isBlocked ? lift : verify;
  const kind = isBlocked ? 'blocked' : 'code';
  return (
    <CenteredPage
      // Another code is wanted once the block is lifted: nothing of this form may stay.
      key={kind}
      title={<FormattedMessage id={`lost_phone.${kind}_title`} />}
      lead={
        <FormattedMessage
          id={`lost_phone.${kind}_lead`}
          values={{ address: <strong>{sentTo}</strong> }}
        />
      }
    >
      <CodeStep
        request={{
          isPending: step.isPending || send.isPending,
          error: step.error ?? send.error,
          mutate: (code) => step.mutate({ body: { challenge, code } }),
        }}
      >
        <ResendButton
          loading={send.isPending}
          onClick={() => send.mutate({ body: { challenge } })}
        />
        <BackButton onBack={onBack} />
      </CodeStep>
    </CenteredPage>
  );
}
