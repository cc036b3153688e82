import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { Ref } from 'react';
import { useIntl } from 'react-intl';
import { useDraft } from './useDraft';

type Props = {
  ref?: Ref<HTMLInputElement>;
  label: string;
  value: string;
  onChange: (text: string) => void;
  className?: string | undefined;
};

export function SearchField({ ref, label, value, onChange, className }: Props) {
  const intl = useIntl();
  const [draft, type] = useDraft({ value, commit: onChange });
  return (
    <TextInput
      ref={ref}
      type="search"
      className={className}
      aria-label={label}
      placeholder={label}
      maxLength={200}
      value={draft}
      onChange={(event) => type(event.currentTarget.value)}
      leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
      rightSection={
        draft && (
          <CloseButton
            size="sm"
            aria-label={intl.formatMessage({ id: 'common.clear' })}
            onClick={() => type('')}
          />
        )
      }
    />
  );
}
