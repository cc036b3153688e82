import { Button } from '@mantine/core';
import { FormattedMessage } from 'react-intl';
import { CenteredPage } from '../../../components/CenteredPage';
import { CodeStep } from '../../../components/CodeStep';
import forms from '../../../components/forms.module.css';
import { ResendButton } from '../../../components/ResendButton';
import { Steps } from '../../../components/Steps';
import { BackButton } from '../BackButton';
import type { Enrolment } from './useEnrolment';

type Props = { enrolment: Enrolment; onContinue: () => void; onBack: () => void };

/** Step 3: the code that was mailed to the recovery address. */
export function VerifyStep({ enrolment, onContinue, onBack }: Props) {
  const { sent, seed, start, verify } = enrolment;
  const address = sent?.address ?? '';
  return (
    <CenteredPage
      above={<Steps step={3} of={4} />}
      title={<FormattedMessage id="two_factor.verify_title" />}
      lead={
        <FormattedMessage
          id={seed ? 'two_factor.verify_done' : 'two_factor.verify_lead'}
          values={{ address: <strong>{address}</strong> }}
        />
      }
    >
      {seed ? (
        <div className={forms.form}>
          <Button size="md" fullWidth autoFocus onClick={onContinue}>
            <FormattedMessage id="common.continue" />
          </Button>
          <BackButton onBack={onBack} />
        </div>
      ) : (
        <CodeStep
          request={{
            ...verify,
            error: verify.error ?? start.error,
            mutate: (code) => verify.mutate({ body: { code } }, { onSuccess: onContinue }),
          }}
        >
          <ResendButton
            loading={start.isPending}
            onClick={() => {
              verify.reset();
              start.mutate({ body: { recovery_email: address } });
            }}
          />
          <BackButton onBack={onBack} />
        </CodeStep>
      )}
    </CenteredPage>
  );
}
