import { Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { areShortcutsOff } from '../../components/useShortcuts';
import { writePreference } from '../../lib/storage';
import classes from './ShortcutsDialog.module.css';

const KEYS = [
  { key: '/', id: 'shortcuts.search' },
  { key: 'j', id: 'shortcuts.next' },
  { key: 'k', id: 'shortcuts.previous' },
  { key: 'Enter', id: 'shortcuts.open' },
  { key: 'x', id: 'shortcuts.choose' },
  { key: 'Esc', id: 'shortcuts.clear' },
  { key: '?', id: 'shortcuts.help' },
] as const;

type Props = { opened: boolean; onClose: () => void };

export function ShortcutsDialog({ opened, onClose }: Props) {
  const intl = useIntl();
  const [isOn, setOn] = useState(() => !areShortcutsOff());
  return (
    <Modal.Root opened={opened} onClose={onClose} centered>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Header role="presentation">
          <Modal.Title className={classes.title}>
            <FormattedMessage id="shortcuts.title" />
          </Modal.Title>
          <Modal.CloseButton aria-label={intl.formatMessage({ id: 'common.close' })} />
        </Modal.Header>
        <Modal.Body>
          <dl className={classes.keys}>
            {KEYS.map(({ key, id }) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>
                  <FormattedMessage id={id} />
                </dd>
              </div>
            ))}
          </dl>
          <Switch
            label={intl.formatMessage({ id: 'shortcuts.switch' })}
            checked={isOn}
            onChange={(event) => {
              writePreference('shortcuts', event.currentTarget.checked ? 'on' : 'off');
              setOn(event.currentTarget.checked);
            }}
          />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
