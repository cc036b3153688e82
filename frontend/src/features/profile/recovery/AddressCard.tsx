import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { CodeStep } from '../../../components/CodeStep';
import { ResendButton } from '../../../components/ResendButton';
import { useToast } from '../../../components/Toasts';
import { Card } from '../Card';
import classes from './AddressCard.module.css';
import { AddressForm } from './AddressForm';
import type { AddressChange } from './useAddresses';

type Props = AddressChange & {
  name: 'recovery' | 'main_address';
  current: string | null;
  /** An address that was given before but whose code is still missing. */
  unproved?: string | null;
  status?: ReactNode;
};

type Sent = { address: string; to: string };

/** One of the two addresses: what it is now, and changing it with a mailed code. */
export function AddressCard({ name, current, unproved, status, request, verify, taken }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const [isEditing, setEditing] = useState(false);
  const [sent, setSent] = useState<Sent | null>(null);

  const ask = (address: string) =>
    request.mutate(
      { body: { email: address } },
      { onSuccess: ({ sent_to: to }) => setSent({ address, to }) },
    );
  const close = () => {
    setEditing(false);
    setSent(null);
    request.reset();
    verify.reset();
  };
  const confirm = (code: string) =>
    verify.mutate(
      { body: { code } },
      {
        onSuccess: () => {
          taken(sent?.address ?? '');
          toast({ text: intl.formatMessage({ id: `${name}.changed` }) });
          close();
        },
      },
    );

  return (
    <Card
      title={<FormattedMessage id={`${name}.card_title`} />}
      text={
        <>
          <FormattedMessage id={`${name}.card_text`} />
          {current && <strong className={classes.current}>{current}</strong>}
        </>
      }
      status={status}
      action={
        !isEditing && (
          <Button variant="default" onClick={() => setEditing(true)}>
            <FormattedMessage id={current ? 'common.change' : 'common.add'} />
          </Button>
        )
      }
    >
      {isEditing && !sent && (
        <AddressForm
          label={intl.formatMessage({ id: `${name}.new` })}
          start={unproved ?? ''}
          request={{ ...request, mutate: ask }}
          submit={<FormattedMessage id={`${name}.submit`} />}
          onCancel={close}
        />
      )}
      {isEditing && sent && (
        <div className={classes.code}>
          <p>
            <FormattedMessage
              id="address.sent"
              values={{ address: <strong>{sent.address}</strong> }}
            />
          </p>
          <CodeStep
            submit={<FormattedMessage id="common.confirm" />}
            request={{
              isPending: verify.isPending,
              error: verify.error ?? request.error,
              mutate: confirm,
            }}
          >
            <ResendButton loading={request.isPending} onClick={() => ask(sent.address)} />
            <Button variant="subtle" color="gray" onClick={close}>
              <FormattedMessage id="common.cancel" />
            </Button>
          </CodeStep>
        </div>
      )}
    </Card>
  );
}
