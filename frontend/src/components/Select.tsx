import { NativeSelect, type NativeSelectProps } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';

/** The browser's own select: light, and at home on a phone. */
export function Select(props: NativeSelectProps) {
  return (
    <NativeSelect
      rightSection={<IconChevronDown size={15} stroke={1.8} aria-hidden />}
      rightSectionWidth={30}
      {...props}
    />
  );
}
