import { Drawer } from '@mantine/core';
import { useIntl } from 'react-intl';
import { Brand } from '../components/Brand';
import classes from './NavDrawer.module.css';
import { Rail } from './Rail';

type Props = { opened: boolean; onClose: () => void };

/** The rail on a phone. */
export function NavDrawer({ opened, onClose }: Props) {
  const intl = useIntl();
  return (
    <Drawer.Root opened={opened} onClose={onClose} size="17rem">
      <Drawer.Overlay />
      <Drawer.Content aria-label={intl.formatMessage({ id: 'shell.navigation' })}>
        <Drawer.Header role="presentation" className={classes.header}>
          <Brand />
          <Drawer.CloseButton aria-label={intl.formatMessage({ id: 'common.close' })} />
        </Drawer.Header>
        <Drawer.Body className={classes.body}>
          <Rail onNavigate={onClose} />
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}
