import { UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, useRef, useState } from 'react';
import { type Me, meQuery } from '../api/session';
import { OnceOpened } from '../components/OnceOpened';
import classes from './UserMenu.module.css';

const load = async () => ({ default: (await import('./UserMenuItems')).UserMenuItems });
const UserMenuItems = lazy(load);

/** The reader's name, which opens their menu. */
export function UserMenu() {
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  if (!me) return null;
  const name = fullName(me) || me.email;
  const close = () => {
    setOpened(false);
    button.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <UnstyledButton
        ref={button}
        className={classes.target}
        aria-haspopup="menu"
        aria-expanded={opened}
        onPointerEnter={() => void load()}
        onClick={() => setOpened(!opened)}
        // Until the menu has taken the focus.
        onKeyDown={({ key }) => key === 'Escape' && close()}
      >
        <span className={classes.avatar} aria-hidden>
          {initials(name)}
        </span>
        <span className={classes.name}>{name}</span>
        <IconChevronDown size={15} aria-hidden />
      </UnstyledButton>
      <OnceOpened opened={opened}>
        {button.current && (
          <UserMenuItems button={button.current} opened={opened} onClose={close} />
        )}
      </OnceOpened>
    </>
  );
}

export function fullName({ first_name: first, last_name: last }: Me): string {
  return [first, last].filter(Boolean).join(' ');
}

function initials(name: string): string {
  return name
    .split(/[\s.@-]+/)
    .slice(0, 2)
    .map((word) => word.charAt(0))
    .join('')
    .toUpperCase();
}
