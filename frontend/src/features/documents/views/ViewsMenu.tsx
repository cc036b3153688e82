import { Button, Menu } from '@mantine/core';
import {
  IconBookmark,
  IconBookmarkPlus,
  IconCheck,
  IconChevronDown,
  IconSettings,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { OnceOpened } from '../../../components/OnceOpened';
import type { Filters } from '../filters';
import { filtersOf, viewOf, viewsQuery } from './queries';

const SaveView = lazy(async () => ({ default: (await import('./SaveView')).SaveView }));
const ManageViews = lazy(async () => ({ default: (await import('./ManageViews')).ManageViews }));

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

type Props = { filters: Filters; className?: string | undefined };

/** Filters under a name: open one, keep the present ones, or put them in order. */
export function ViewsMenu({ filters, className }: Props) {
  const intl = useIntl();
  const [opened, setOpened] = useState(false);
  const [dialog, setDialog] = useState<'save' | 'manage' | null>(null);
  const { data } = useQuery({ ...viewsQuery, enabled: opened || dialog !== null });
  const current = viewOf(filters);
  const views = data?.items ?? [];
  return (
    <>
      <Menu opened={opened} onChange={setOpened} position="bottom-end" width={256}>
        <Menu.Target>
          <Button
            variant="default"
            className={className}
            leftSection={<IconBookmark size={16} stroke={1.8} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            <FormattedMessage id="views.title" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown aria-label={intl.formatMessage({ id: 'views.title' })}>
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              rightSection={viewOf(filtersOf(view)) === current ? <IconCheck {...icon} /> : null}
              renderRoot={(props) => <Link to="/documents" search={filtersOf(view)} {...props} />}
            >
              {view.name}
            </Menu.Item>
          ))}
          {data && views.length === 0 && (
            <Menu.Label>
              <FormattedMessage id="views.none" />
            </Menu.Label>
          )}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconBookmarkPlus {...icon} />}
            disabled={current === ''}
            onClick={() => setDialog('save')}
          >
            <FormattedMessage id="views.save" />
          </Menu.Item>
          {views.length > 0 && (
            <Menu.Item leftSection={<IconSettings {...icon} />} onClick={() => setDialog('manage')}>
              <FormattedMessage id="views.manage" />
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <OnceOpened opened={dialog === 'save'}>
        <SaveView opened={dialog === 'save'} query={current} onClose={() => setDialog(null)} />
      </OnceOpened>
      <OnceOpened opened={dialog === 'manage'}>
        <ManageViews opened={dialog === 'manage'} views={views} onClose={() => setDialog(null)} />
      </OnceOpened>
    </>
  );
}
