import { Button } from '@mantine/core';
import { IconMail, IconShieldLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { FormattedMessage } from 'react-intl';
import { $api } from '../../../api/client';
import { type Me, portalQuery } from '../../../api/session';
import { CenteredPage } from '../../../components/CenteredPage';
import forms from '../../../components/forms.module.css';
import { ProblemNotice } from '../../../components/Message';
import { SignOutLink } from '../SignOutLink';
import classes from './TwoFactor.module.css';

type Props = { me: Me; onStart: () => void; onLater: () => void };

/** The invitation after signing in (B1). It can wait, unless the issuer or the role requires it. */
export function Offer({ me, onStart, onLater }: Props) {
  const { data: portal } = useQuery(portalQuery);
  const isRequired = me.role === 'staff' || portal?.mfa_policy === 'required';
  const postpone = $api.useMutation('post', '/api/v1/me/mfa/postpone', { onSuccess: onLater });
  return (
    <CenteredPage
      title={<FormattedMessage id="two_factor.offer_title" />}
      lead={
        <FormattedMessage id={isRequired ? 'two_factor.offer_required' : 'two_factor.offer_lead'} />
      }
      footer={isRequired ? <SignOutLink /> : undefined}
    >
      <ul className={classes.points}>
        <li>
          <IconShieldLock size={20} stroke={1.7} aria-hidden />
          <FormattedMessage id="two_factor.offer_code" />
        </li>
        <li>
          <IconMail size={20} stroke={1.7} aria-hidden />
          <FormattedMessage id="two_factor.offer_recovery" />
        </li>
      </ul>
      <div className={forms.form}>
        <ProblemNotice error={postpone.isPending ? null : postpone.error} />
        <Button size="md" px="xs" fullWidth onClick={onStart}>
          <FormattedMessage id="two_factor.start" />
        </Button>
        {!isRequired && (
          <Button
            variant="subtle"
            color="gray"
            loading={postpone.isPending}
            onClick={() => postpone.mutate({})}
          >
            <FormattedMessage id="welcome.later" />
          </Button>
        )}
      </div>
    </CenteredPage>
  );
}
