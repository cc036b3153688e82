import { Button } from '@mantine/core';
import { IconInbox, IconLock, IconSearchOff } from '@tabler/icons-react';
import { FormattedMessage } from 'react-intl';
import { Message } from '../../components/Message';

type Props = { reason: 'nothing_yet' | 'nothing_matches' | 'not_permitted'; onReset: () => void };

const ICONS = { nothing_yet: IconInbox, nothing_matches: IconSearchOff, not_permitted: IconLock };

export function EmptyList({ reason, onReset }: Props) {
  const Icon = ICONS[reason];
  return (
    <Message
      icon={<Icon size={24} stroke={1.6} />}
      title={<FormattedMessage id={`empty.${reason}_title`} />}
      actions={
        reason === 'nothing_matches' && (
          <Button variant="default" onClick={onReset}>
            <FormattedMessage id="filters.reset" />
          </Button>
        )
      }
    >
      <p>
        <FormattedMessage id={`empty.${reason}_text`} />
      </p>
    </Message>
  );
}
