import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { type Me, portalQuery } from '../../../api/session';
import { Status } from '../../../components/Status';
import { Card } from '../Card';
import { DisableForm } from './DisableForm';

/** Two-factor authentication: on or off, and the way from one to the other (B5). */
export function TwoFactorCard({ me }: { me: Me }) {
  const { data: portal } = useQuery(portalQuery);
  const [isDisabling, setDisabling] = useState(false);
  const isRequired = me.role === 'staff' || portal?.mfa_policy === 'required';

  if (!me.mfa_enabled) {
    return (
      <Card
        title={<FormattedMessage id="two_factor.title" />}
        text={<FormattedMessage id="two_factor.offer_code" />}
        status={
          <Status tone="off">
            <FormattedMessage id="two_factor.off" />
          </Status>
        }
        action={
          <Button
            renderRoot={(props) => (
              <Link to="/two-factor" search={{ step: 1, next: '/profile/security' }} {...props} />
            )}
          >
            <FormattedMessage id="two_factor.enable" />
          </Button>
        }
      />
    );
  }
  return (
    <Card
      title={<FormattedMessage id="two_factor.title" />}
      text={<FormattedMessage id={isRequired ? 'two_factor.on_required' : 'two_factor.on_text'} />}
      status={
        <Status tone="good">
          <FormattedMessage id="two_factor.on" />
        </Status>
      }
      action={
        !isDisabling && (
          <Button variant="default" onClick={() => setDisabling(true)}>
            <FormattedMessage id={isRequired ? 'two_factor.renew' : 'two_factor.disable'} />
          </Button>
        )
      }
    >
      {isDisabling && (
        <DisableForm me={me} isRequired={isRequired} onClose={() => setDisabling(false)} />
      )}
    </Card>
  );
}
