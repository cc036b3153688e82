import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconLogout, IconSettings, IconTag, IconUserCircle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { $api } from '../api/client';
import { problemSentence } from '../api/problem';
import { forget, meQuery, portalQuery } from '../api/session';
import { MenuAnchor } from '../components/MenuAnchor';
import { useToast } from '../components/Toasts';
import { useLanguage } from '../i18n/intl';
import { isLanguage, LANGUAGE_NAMES, LANGUAGES } from '../i18n/locales';
import { fullName } from './UserMenu';
import classes from './UserMenu.module.css';

const THEMES = ['auto', 'light', 'dark'] as const;

type Props = { button: HTMLElement; opened: boolean; onClose: () => void };

/** What the reader's name opens: their pages, the language, the theme, the way out. */
export function UserMenuItems({ button, opened, onClose }: Props) {
  const intl = useIntl();
  const toast = useToast();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data: me } = useQuery({ ...meQuery, enabled: false });
  const { data: portal } = useQuery(portalQuery);
  const { language, changeLanguage } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const failed = (error: unknown) => toast({ text: problemSentence(intl, error) });

  const saveProfile = $api.useMutation('patch', '/api/v1/me', {
    onSuccess: (user) => client.setQueryData(meQuery.queryKey, user),
    onError: failed,
  });
  const signOut = $api.useMutation('post', '/api/v1/auth/logout', {
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      forget(client);
    },
    onError: failed,
  });

  if (!me) return null;
  const name = fullName(me);
  const offered = LANGUAGES.filter((item) => portal?.languages.includes(item) ?? true);

  const choose = (value: unknown) => {
    if (!isLanguage(value)) return;
    void changeLanguage(value);
    saveProfile.mutate({ body: { language: value } });
  };

  return (
    <Menu
      opened={opened}
      onClose={onClose}
      position="bottom-end"
      width={256}
      returnFocus={false}
      checkIcon={<IconCheck size={15} stroke={2} aria-hidden />}
    >
      <Menu.Target>
        <MenuAnchor button={button} />
      </Menu.Target>
      <Menu.Dropdown aria-label={intl.formatMessage({ id: 'user_menu.label' })}>
        <div className={classes.who}>
          {name && <strong>{name}</strong>}
          <span>{me.email}</span>
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCircle size={17} stroke={1.7} aria-hidden />}
          renderRoot={(props) => <Link to="/profile" {...props} />}
        >
          <FormattedMessage id="user_menu.profile" />
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSettings size={17} stroke={1.7} aria-hidden />}
          renderRoot={(props) => <Link to="/profile/security" {...props} />}
        >
          <FormattedMessage id="user_menu.settings" />
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTag size={17} stroke={1.7} aria-hidden />}
          renderRoot={(props) => <Link to="/settings/tags" {...props} />}
        >
          <FormattedMessage id="tags.title" />
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label id="user-menu-language">
          <FormattedMessage id="common.language" />
        </Menu.Label>
        <Menu.RadioGroup value={language} onChange={choose} aria-labelledby="user-menu-language">
          {offered.map((item) => (
            <Menu.RadioItem key={item} value={item} lang={item}>
              {LANGUAGE_NAMES[item]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Label id="user-menu-theme">
          <FormattedMessage id="user_menu.theme" />
        </Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
          aria-labelledby="user-menu-theme"
        >
          {THEMES.map((item) => (
            <Menu.RadioItem key={item} value={item}>
              <FormattedMessage id={`user_menu.theme_${item}`} />
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={17} stroke={1.7} aria-hidden />}
          onClick={() => signOut.mutate({})}
        >
          <FormattedMessage id="user_menu.sign_out" />
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
