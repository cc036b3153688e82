import { Menu } from '@mantine/core';
import { IconBookmarkPlus, IconCheck, IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { MenuAnchor } from '../../../components/MenuAnchor';
import { filtersOf, type SavedView, viewOf } from './queries';
import type { ViewsDialog } from './ViewsMenu';

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

type Props = {
  button: HTMLElement;
  opened: boolean;
  views: SavedView[] | undefined;
  current: string;
  onClose: () => void;
  onDialog: (dialog: ViewsDialog) => void;
};

export function ViewsMenuItems({ button, opened, views, current, onClose, onDialog }: Props) {
  const intl = useIntl();
  return (
    <Menu opened={opened} onClose={onClose} position="bottom-end" width={256} returnFocus={false}>
      <Menu.Target>
        <MenuAnchor button={button} />
      </Menu.Target>
      <Menu.Dropdown aria-label={intl.formatMessage({ id: 'views.title' })}>
        {views?.map((view) => (
          <Menu.Item
            key={view.id}
            rightSection={viewOf(filtersOf(view)) === current ? <IconCheck {...icon} /> : null}
            renderRoot={(props) => <Link to="/documents" search={filtersOf(view)} {...props} />}
          >
            {view.name}
          </Menu.Item>
        ))}
        {views?.length === 0 && (
          <Menu.Label>
            <FormattedMessage id="views.none" />
          </Menu.Label>
        )}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconBookmarkPlus {...icon} />}
          disabled={current === ''}
          onClick={() => onDialog('save')}
        >
          <FormattedMessage id="views.save" />
        </Menu.Item>
        {views && views.length > 0 && (
          <Menu.Item leftSection={<IconSettings {...icon} />} onClick={() => onDialog('manage')}>
            <FormattedMessage id="views.manage" />
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
