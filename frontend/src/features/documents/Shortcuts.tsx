import { Modal, Switch } from '@mantine/core';
import { type RefObject, useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { areShortcutsOff, useShortcuts } from '../../components/useShortcuts';
import { writePreference } from '../../lib/storage';
import classes from './Shortcuts.module.css';

const KEYS = [
  { key: '/', id: 'shortcuts.search' },
  { key: 'j', id: 'shortcuts.next' },
  { key: 'k', id: 'shortcuts.previous' },
  { key: 'Enter', id: 'shortcuts.open' },
  { key: '?', id: 'shortcuts.help' },
] as const;

type Props = { searchField: RefObject<HTMLInputElement | null> };

export function Shortcuts({ searchField }: Props) {
  const intl = useIntl();
  const [opened, setOpened] = useState(false);
  const [isOn, setOn] = useState(() => !areShortcutsOff());

  useShortcuts({
    '?': () => setOpened(true),
    '/': () => searchField.current?.focus(),
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
  });

  return (
    <Modal.Root opened={opened} onClose={() => setOpened(false)} centered>
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

/** The link of the next or previous row; Enter then opens it as any link. */
function moveFocus(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')];
  const here = links.indexOf(document.activeElement as HTMLElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[next]?.focus();
  links[next]?.scrollIntoView({ block: 'nearest' });
}
