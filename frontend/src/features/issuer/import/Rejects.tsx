import { FormattedMessage, useIntl } from 'react-intl';
import type { MessageId } from '../../../i18n/intl';
import classes from './Import.module.css';
import type { ImportReport } from './useImport';

type Reject = ImportReport['rejected'][number];
type Finding = Reject['errors'][number];

/** The rows that are left out: where they stand, and what is wrong with each. */
export function Rejects({ report }: { report: ImportReport }) {
  const intl = useIntl();
  const { rejected, rejected_count: count } = report;
  return (
    <>
      <p>
        <FormattedMessage id="import.left_out" values={{ count }} />{' '}
        {rejected.length < count && (
          <FormattedMessage id="import.first_only" values={{ count: rejected.length }} />
        )}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it. */}
      <section className={classes.scroll} tabIndex={0} aria-labelledby="rejects">
        <table className={classes.rejects}>
          <caption id="rejects" className={classes.caption}>
            {intl.formatMessage({ id: 'import.rejects' })}
          </caption>
          <thead>
            <tr>
              <th scope="col">
                <FormattedMessage id="import.line" />
              </th>
              <th scope="col">
                <FormattedMessage id="desk.customer_number" />
              </th>
              <th scope="col">
                <FormattedMessage id="import.reason" />
              </th>
            </tr>
          </thead>
          <tbody>
            {rejected.map((row) => (
              <RejectRow key={row.line} row={row} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function RejectRow({ row }: { row: Reject }) {
  return (
    <tr>
      <td className={classes.line}>{row.line}</td>
      <td className={classes.number}>{row.number || '–'}</td>
      <td>
        {row.errors.map((finding) => (
          <p key={`${finding.pointer} ${finding.code}`}>
            {finding.pointer && <code>{finding.pointer}</code>}{' '}
            <FormattedMessage id={sentenceOf(finding)} />
          </p>
        ))}
      </td>
    </tr>
  );
}

const SENTENCES: Record<string, MessageId> = {
  missing: 'field.missing',
  string_too_short: 'field.missing',
  string_too_long: 'field.too_long',
  duplicate_number: 'import.duplicate_number',
  too_many_cells: 'import.too_many_cells',
};
const OF_COLUMN: Record<string, MessageId> = {
  email: 'field.email',
  language: 'import.not_language',
  channel: 'import.not_channel',
};

function sentenceOf({ pointer, code }: Finding): MessageId {
  return SENTENCES[code] ?? OF_COLUMN[pointer] ?? 'field.invalid';
}
