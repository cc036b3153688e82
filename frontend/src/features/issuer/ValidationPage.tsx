import { useState } from 'react';
import { FormattedMessage } from 'react-intl';
import { DropZone } from '../../components/DropZone';
import { ProblemNotice } from '../../components/Message';
import { Page } from '../../components/Page';
import { ReportCard } from './ReportCard';
import { useValidate } from './useValidate';
import classes from './ValidationPage.module.css';

const MOST_BYTES = 50_000_000;

/** Staff drop a UBL file and learn what publishing would say to it. */
export function ValidationPage() {
  const { mutate, reset, data, error, isPending, variables } = useValidate();
  const [isTooLarge, setTooLarge] = useState(false);

  const check = (file: File) => {
    reset();
    setTooLarge(file.size > MOST_BYTES);
    if (file.size <= MOST_BYTES) mutate(file);
  };
  return (
    <Page name="validation" width={52}>
      {data ? (
        <ReportCard validated={data} onAgain={reset} />
      ) : (
        <div className={classes.drop}>
          <DropZone
            id="validation-file"
            accept="application/xml,text/xml,.xml"
            invitation={<FormattedMessage id="validation.drop" />}
            hint={<FormattedMessage id="validation.hint" />}
            busy={
              isPending ? (
                <FormattedMessage
                  id="validation.checking"
                  values={{ name: variables?.name ?? '' }}
                />
              ) : null
            }
            onFile={check}
          />
          {isTooLarge && (
            <p role="alert">
              <FormattedMessage id="validation.too_large" />
            </p>
          )}
          <ProblemNotice error={error} />
        </div>
      )}
    </Page>
  );
}
