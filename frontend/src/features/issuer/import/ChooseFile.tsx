import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FormattedMessage } from 'react-intl';
import { DropZone } from '../../../components/DropZone';
import { ProblemNotice } from '../../../components/Message';
import { useLanguage } from '../../../i18n/intl';
import { saveFile } from '../../../lib/save-file';
import classes from './Import.module.css';
import { templateFile } from './template';

type Props = {
  /** The file that is being checked. */
  busy: File | null;
  error: unknown;
  onFile: (file: File) => void;
};

/** Where a CSV file is dropped, with what it has to look like. */
export function ChooseFile({ busy, error, onFile }: Props) {
  const { language } = useLanguage();
  return (
    <div className={classes.step}>
      <p className={classes.lead}>
        <FormattedMessage id="import.lead" />
      </p>
      <DropZone
        id="import-file"
        accept="text/csv,text/plain,.csv,.txt"
        invitation={<FormattedMessage id="import.drop" />}
        hint={<FormattedMessage id="import.hint" />}
        busy={busy && <FormattedMessage id="import.checking" values={{ name: busy.name }} />}
        onFile={onFile}
      />
      <ProblemNotice error={error} />
      <p className={classes.lead}>
        <FormattedMessage id="import.columns" values={{ code }} />
      </p>
      <Button
        variant="subtle"
        className={classes.template}
        leftSection={<IconDownload size={17} stroke={1.7} aria-hidden />}
        onClick={() => saveFile(templateFile(language), 'customers.csv')}
      >
        <FormattedMessage id="import.template" />
      </Button>
    </div>
  );
}

function code(text: ReactNode) {
  return <code>{text}</code>;
}
