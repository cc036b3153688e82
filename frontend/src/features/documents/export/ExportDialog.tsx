import { Button } from '@mantine/core';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Dialog } from '../../../components/Dialog';
import dialog from '../../../components/Dialog.module.css';
import { Select } from '../../../components/Select';
import type { MessageId } from '../../../i18n/intl';
import { useLanguage } from '../../../i18n/intl';
import classes from '../bulk/dialogs.module.css';
import type { Filters } from '../filters';
import type { Total } from '../total';
import {
  type DecimalMark,
  type ExportOptions,
  exportUrl,
  MOST_IDS,
  type Separator,
  usualOptions,
} from './address';

type Props = {
  opened: boolean;
  onClose: () => void;
  filters: Filters;
  /** The documents chosen one by one; null for all that match the filter. */
  ids: readonly string[] | null;
  total: Total;
};

/** A file for spreadsheet programs and accounting software: documents, or their lines. */
export function ExportDialog({ opened, onClose, filters, ids, total }: Props) {
  const intl = useIntl();
  const { language } = useLanguage();
  const [options, setOptions] = useState(() => usualOptions(intl.locale));
  const patch = (change: Partial<ExportOptions>) => setOptions((old) => ({ ...old, ...change }));
  const isTooMany = ids !== null && ids.length > MOST_IDS;
  const option = (id: MessageId, value: string) => ({ value, label: intl.formatMessage({ id }) });

  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={<FormattedMessage id="export.dialog_title" values={total} />}
    >
      <div className={classes.form}>
        <Radios
          legend="export.level"
          value={options.level}
          options={{ document: 'export.level_document', line: 'export.level_line' }}
          onChange={(level) => patch({ level })}
        />
        <Radios
          legend="export.format"
          value={options.format}
          options={{ xlsx: 'export.format_xlsx', csv: 'export.format_csv' }}
          onChange={(format) => patch({ format })}
        />
        {options.format === 'csv' && (
          <div className={classes.pair}>
            <Select
              label={intl.formatMessage({ id: 'export.separator' })}
              value={options.separator}
              data={[
                option('export.separator_semicolon', 'semicolon'),
                option('export.separator_comma', 'comma'),
                option('export.separator_tab', 'tab'),
              ]}
              onChange={(event) => patch({ separator: event.currentTarget.value as Separator })}
            />
            <Select
              label={intl.formatMessage({ id: 'export.decimal' })}
              value={options.decimal}
              data={[
                option('export.decimal_comma', 'comma'),
                option('export.decimal_point', 'point'),
              ]}
              onChange={(event) => patch({ decimal: event.currentTarget.value as DecimalMark })}
            />
          </div>
        )}
        {isTooMany && (
          <p role="alert" className={classes.hint}>
            <FormattedMessage id="export.too_many" values={{ most: MOST_IDS }} />
          </p>
        )}
        <div className={dialog.actions}>
          <Button variant="default" onClick={onClose}>
            <FormattedMessage id="common.cancel" />
          </Button>
          {isTooMany ? (
            <Button disabled>
              <FormattedMessage id="export.button" />
            </Button>
          ) : (
            <Button
              component="a"
              href={exportUrl(options, filters, ids, language)}
              download
              onClick={onClose}
            >
              <FormattedMessage id="export.button" />
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

type RadiosProps<T extends string> = {
  legend: MessageId;
  value: T;
  options: Record<T, MessageId>;
  onChange: (value: T) => void;
};

function Radios<T extends string>({ legend, value, options, onChange }: RadiosProps<T>) {
  return (
    <fieldset className={classes.choices}>
      <legend>
        <FormattedMessage id={legend} />
      </legend>
      {(Object.entries(options) as [T, MessageId][]).map(([item, id]) => (
        <label key={item} className={classes.radio}>
          <input
            type="radio"
            name={legend}
            checked={item === value}
            onChange={() => onChange(item)}
          />
          <FormattedMessage id={id} />
        </label>
      ))}
    </fieldset>
  );
}
