import { Button } from '@mantine/core';
import { IconTableImport } from '@tabler/icons-react';
import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { Dialog } from '../../../components/Dialog';
import { ImportSteps } from './ImportSteps';

/** Opens the dialog in which a CSV file of customer numbers is checked, then imported. */
export function ImportButton() {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTableImport size={17} stroke={1.7} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        <FormattedMessage id="import.button" />
      </Button>
      <Dialog
        opened={isOpen}
        onClose={close}
        size="lg"
        title={<FormattedMessage id="import.title" />}
      >
        <ImportSteps onClose={close} />
      </Dialog>
    </>
  );
}
