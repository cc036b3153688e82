import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { Dialog } from './Dialog';
import classes from './Dialog.module.css';

type Props = {
  opened: boolean;
  onClose: () => void;
  onConfirm: () => void;
  title: ReactNode;
  children: ReactNode;
  /** What the button does, in a word: never "OK". */
  action: ReactNode;
  /** Whether something is lost by it, which its colour then tells. */
  isDestructive?: boolean;
};

/** Asks before something that cannot be undone. */
export function ConfirmDialog({
  opened,
  onClose,
  onConfirm,
  title,
  children,
  action,
  isDestructive = true,
}: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <div className={classes.text}>{children}</div>
      <div className={classes.actions}>
        <Button variant="default" data-autofocus onClick={onClose}>
          <FormattedMessage id="common.cancel" />
        </Button>
        <Button
          {...(isDestructive ? { color: 'red' } : {})}
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
