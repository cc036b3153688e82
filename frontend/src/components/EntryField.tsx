import { CloseButton, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';

type Props = {
  label: string;
  value: string;
  onCommit: (text: string) => void;
  placeholder?: string;
  type?: 'text' | 'email';
};

/** A field whose text only counts when it is complete: handed on by Enter or on leaving it. */
export function EntryField({ label, value, onCommit, placeholder, type = 'text' }: Props) {
  const intl = useIntl();
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = (text = draft) => {
    if (text.trim() !== value) onCommit(text.trim());
  };
  return (
    <TextInput
      label={label}
      type={type}
      inputMode={type}
      placeholder={placeholder ?? ''}
      autoComplete="off"
      maxLength={200}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
      onBlur={() => commit()}
      rightSection={
        draft && (
          <CloseButton
            size="sm"
            aria-label={intl.formatMessage({ id: 'common.clear' })}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              setDraft('');
              commit('');
            }}
          />
        )
      }
    />
  );
}
