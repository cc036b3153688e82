import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useIntl } from 'react-intl';
import { useToast } from './Toasts';

type Props = {
  value: string;
  label: string;
  /** Whether the confirmation must not repeat what was copied. */
  isSecret?: boolean;
};

export function CopyButton({ value, label, isSecret = false }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="dimmed"
      size={28}
      aria-label={label}
      title={label}
      onClick={() => {
        clipboard.copy(value);
        toast({
          text: isSecret
            ? intl.formatMessage({ id: 'common.copied_secret' })
            : intl.formatMessage({ id: 'common.copied' }, { value }),
        });
      }}
    >
      {clipboard.copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
    </ActionIcon>
  );
}
