import { useQuery } from '@tanstack/react-query';
import { FormattedMessage } from 'react-intl';
import { meQuery } from '../../../api/session';
import { Status } from '../../../components/Status';

import { ProfileFrame } from '../ProfileFrame';
import { AddressCard } from './AddressCard';
import { PasswordCard } from './PasswordCard';
import { useMainAddress, useRecoveryAddress } from './useAddresses';

/** Recovery options (A8): the recovery address, the main address, the password. */
export function RecoveryPage() {
  const { data: me } = useQuery(meQuery);
  const recovery = useRecoveryAddress();
  const main = useMainAddress();
  return (
    <ProfileFrame page="recovery.title">
      {me && (
        <>
          <AddressCard
            name="recovery"
            current={me.recovery_email}
            status={
              me.recovery_email_verified ? (
                <Status tone="good">
                  <FormattedMessage id="recovery.confirmed" />
                </Status>
              ) : (
                <Status tone="warning">
                  <FormattedMessage
                    id={me.recovery_email ? 'recovery.unconfirmed' : 'recovery.none'}
                  />
                </Status>
              )
            }
            unproved={me.recovery_email_verified ? null : me.recovery_email}
            {...recovery}
          />
          <AddressCard name="main_address" current={me.email} {...main} />
          <PasswordCard email={me.email} />
        </>
      )}
    </ProfileFrame>
  );
}
