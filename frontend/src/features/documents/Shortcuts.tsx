import { ActionIcon } from '@mantine/core';
import { IconKeyboard } from '@tabler/icons-react';
import { lazy, type RefObject, useState } from 'react';
import { useIntl } from 'react-intl';
import { OnceOpened } from '../../components/OnceOpened';
import { useShortcuts } from '../../components/useShortcuts';

const ShortcutsDialog = lazy(async () => ({
  default: (await import('./ShortcutsDialog')).ShortcutsDialog,
}));

type Props = { searchField: RefObject<HTMLInputElement | null>; className?: string | undefined };

export function Shortcuts({ searchField, className }: Props) {
  const intl = useIntl();
  const [opened, setOpened] = useState(false);

  useShortcuts({
    '?': () => setOpened(true),
    '/': () => searchField.current?.focus(),
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    x: () => tickFocused(),
  });

  const label = intl.formatMessage({ id: 'shortcuts.title' });
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        className={className}
        aria-label={label}
        title={label}
        onClick={() => setOpened(true)}
      >
        <IconKeyboard size={18} stroke={1.6} aria-hidden />
      </ActionIcon>
      <OnceOpened opened={opened}>
        <ShortcutsDialog opened={opened} onClose={() => setOpened(false)} />
      </OnceOpened>
    </>
  );
}

/** The link of the next or previous row; Enter then opens it as any link. */
function moveFocus(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')];
  const here = links.indexOf(document.activeElement as HTMLElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[next]?.focus();
  links[next]?.scrollIntoView({ block: 'nearest' });
}

/** The checkbox of the row that the focus is in. */
function tickFocused(): void {
  const row = document.activeElement?.closest('tr, li');
  row?.querySelector<HTMLElement>('[data-row-check]')?.click();
}
