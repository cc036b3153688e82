import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import dialog from '../../../components/Dialog.module.css';
import { ProblemNotice } from '../../../components/Message';
import { ChooseFile } from './ChooseFile';
import classes from './Import.module.css';
import { ReportOfImport } from './ReportOfImport';
import { useImport } from './useImport';

type Props = { onClose: () => void };

/** A file is chosen, what would happen is shown, and after a confirmation what did. */
export function ImportSteps({ onClose }: Props) {
  const [file, setFile] = useState<File | null>(null);
  const preview = useImport();
  const { mutate, data: done, error, isPending } = useImport();

  const check = (chosen: File) => {
    setFile(chosen);
    preview.mutate({ file: chosen, isDryRun: true });
  };
  if (!file || !preview.data) {
    return (
      <ChooseFile busy={preview.isPending ? file : null} error={preview.error} onFile={check} />
    );
  }
  if (done) {
    return (
      <div className={classes.step}>
        <ReportOfImport report={done} name={file.name} isDone />
        <div className={dialog.actions}>
          <Button onClick={onClose}>
            <FormattedMessage id="common.close" />
          </Button>
        </div>
      </div>
    );
  }
  const count = preview.data.created + preview.data.updated;
  return (
    <div className={classes.step}>
      <ReportOfImport report={preview.data} name={file.name} />
      <ProblemNotice error={error} />
      <div className={dialog.actions}>
        <Button variant="default" disabled={isPending} onClick={preview.reset}>
          <FormattedMessage id="import.again" />
        </Button>
        {count > 0 && (
          <Button loading={isPending} onClick={() => mutate({ file, isDryRun: false })}>
            <FormattedMessage id="import.confirm" values={{ count }} />
          </Button>
        )}
      </div>
    </div>
  );
}
