import { Button } from '@mantine/core';
import { IconBookmark, IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, useRef, useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { OnceOpened } from '../../../components/OnceOpened';
import type { Filters } from '../filters';
import { viewOf, viewsQuery } from './queries';

const load = async () => ({ default: (await import('./ViewsMenuItems')).ViewsMenuItems });
const ViewsMenuItems = lazy(load);
const SaveView = lazy(async () => ({ default: (await import('./SaveView')).SaveView }));
const ManageViews = lazy(async () => ({ default: (await import('./ManageViews')).ManageViews }));

export type ViewsDialog = 'save' | 'manage';
type Props = { filters: Filters; className?: string | undefined };

/** Filters under a name: open one, keep the present ones, or put them in order. */
export function ViewsMenu({ filters, className }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  const [dialog, setDialog] = useState<ViewsDialog | null>(null);
  const { data } = useQuery({ ...viewsQuery, enabled: opened || dialog !== null });
  const current = viewOf(filters);
  const close = () => {
    setOpened(false);
    button.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <Button
        ref={button}
        variant="default"
        className={className}
        leftSection={<IconBookmark size={16} stroke={1.8} aria-hidden />}
        rightSection={<IconChevronDown size={14} aria-hidden />}
        aria-haspopup="menu"
        aria-expanded={opened}
        onPointerEnter={() => void load()}
        onClick={() => setOpened(!opened)}
        // Until the menu has taken the focus.
        onKeyDown={({ key }) => key === 'Escape' && close()}
      >
        <FormattedMessage id="views.title" />
      </Button>
      <OnceOpened opened={opened}>
        {button.current && (
          <ViewsMenuItems
            button={button.current}
            opened={opened}
            views={data?.items}
            current={current}
            onClose={close}
            onDialog={setDialog}
          />
        )}
      </OnceOpened>
      <OnceOpened opened={dialog === 'save'}>
        <SaveView opened={dialog === 'save'} query={current} onClose={() => setDialog(null)} />
      </OnceOpened>
      <OnceOpened opened={dialog === 'manage'}>
        <ManageViews
          opened={dialog === 'manage'}
          views={data?.items ?? []}
          onClose={() => setDialog(null)}
        />
      </OnceOpened>
    </>
  );
}
