import { Button, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { fieldSentence, hasStatus } from '../../../api/problem';
import type { Me } from '../../../api/session';
import { CenteredPage } from '../../../components/CenteredPage';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { Steps } from '../../../components/Steps';
import { useCooldown } from '../../../components/useCooldown';
import { BackButton } from '../BackButton';
import type { Enrolment } from './useEnrolment';

type Props = {
  me: Me;
  enrolment: Enrolment;
  onContinue: (step: 3 | 4) => void;
  onBack: () => void;
};

/** Step 2: the recovery address. One that is proved already needs no second code. */
export function AddressStep({ me, enrolment, onContinue, onBack }: Props) {
  const intl = useIntl();
  const { address, setAddress, sent, seed, start } = enrolment;
  const waiting = useCooldown(start.error);
  const fieldError = start.isPending
    ? undefined
    : fieldSentence(intl, start.error, 'recovery_email');

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = address.trim();
    if (seed && sent?.address === wanted) onContinue(4);
    else if (!waiting) {
      start.mutate({ body: { recovery_email: wanted } }, { onSuccess: () => onContinue(3) });
    }
  };

  return (
    <CenteredPage
      above={<Steps step={2} of={4} />}
      title={<FormattedMessage id="two_factor.address_title" />}
      lead={<FormattedMessage id="two_factor.address_lead" />}
    >
      <form className={forms.form} onSubmit={submit}>
        <ProblemNotice
          error={
            start.isPending || (fieldError && hasStatus(start.error, 422)) ? null : start.error
          }
        />
        <TextInput
          label={intl.formatMessage({ id: 'recovery.address' })}
          description={intl.formatMessage({ id: 'recovery.other_than' }, { email: me.email })}
          type="email"
          name="recovery_email"
          autoComplete="email"
          autoFocus
          required
          withAsterisk={false}
          size="md"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
          error={fieldError}
        />
        <Button type="submit" size="md" fullWidth loading={start.isPending} disabled={waiting}>
          <FormattedMessage id="common.continue" />
        </Button>
        <BackButton onBack={onBack} />
      </form>
    </CenteredPage>
  );
}
