import { useEffect, useRef } from 'react';
import { FormattedMessage, FormattedNumber } from 'react-intl';
import classes from './Import.module.css';
import { Rejects } from './Rejects';
import type { ImportReport } from './useImport';

type Props = { report: ImportReport; name: string; isDone?: boolean };

/** How many customer numbers are new, changed and so on, then every row that is left out. */
export function ReportOfImport({ report, name, isDone = false }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the result takes the place of the preview.
  useEffect(() => heading.current?.focus(), [isDone]);
  const counts = [
    ['import.created', report.created],
    ['import.updated', report.updated],
    ['import.unchanged', report.unchanged],
    ['import.rejected', report.rejected_count],
  ] as const;
  return (
    <>
      <div>
        <h3 ref={heading} tabIndex={-1} className={classes.title}>
          <FormattedMessage id={isDone ? 'import.done' : 'import.preview'} />
        </h3>
        <p className={classes.file}>{name}</p>
      </div>
      <dl className={classes.counts}>
        {counts.map(([id, count]) => (
          <div key={id} data-bad={(id === 'import.rejected' && count > 0) || undefined}>
            <dt>
              <FormattedMessage id={id} />
            </dt>
            <dd>
              <FormattedNumber value={count} />
            </dd>
          </div>
        ))}
      </dl>
      {report.rejected.length > 0 && <Rejects report={report} />}
    </>
  );
}
