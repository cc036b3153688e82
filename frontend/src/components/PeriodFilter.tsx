import '@mantine/dates/styles.layer.css';
import 'dayjs/locale/de';
import 'dayjs/locale/en-gb';
import 'dayjs/locale/fr';
import 'dayjs/locale/nl';
import { DateInput, DatesProvider } from '@mantine/dates';
import { useId } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { useLanguage } from '../i18n/intl';
import {
  type DateRange,
  formatTypedDate,
  PRESETS,
  parseTypedDate,
  presetRange,
  today,
} from '../lib/dates';
import pills from './Pills.module.css';
import classes from './ranges.module.css';

type Range = { from: string | undefined; to: string | undefined };
type Props = Range & { onChange: (range: Range) => void; inDialog?: boolean };

/** Two dates that can be typed or picked, and the periods people ask for most. */
export function PeriodFilter({ from, to, onChange, inDialog = false }: Props) {
  const intl = useIntl();
  const { language } = useLanguage();
  const isOn = (range: DateRange) => range.from === from && range.to === to;
  return (
    <DatesProvider settings={{ locale: language === 'en' ? 'en-gb' : language, firstDayOfWeek: 1 }}>
      <div className={`${pills.pills} ${classes.presets}`}>
        {PRESETS.map((preset) => {
          const range = presetRange(preset, today());
          return (
            <button
              key={preset}
              type="button"
              className={pills.pill}
              aria-pressed={isOn(range)}
              onClick={() => onChange(isOn(range) ? { from: undefined, to: undefined } : range)}
            >
              <FormattedMessage id={`filters.${preset}`} />
            </button>
          );
        })}
      </div>
      <div className={classes.pair}>
        <DateField
          label={intl.formatMessage({ id: 'filters.from' })}
          value={from}
          max={to}
          onChange={(date) => onChange({ from: date, to })}
          inDialog={inDialog}
        />
        <DateField
          label={intl.formatMessage({ id: 'filters.to' })}
          value={to}
          min={from}
          onChange={(date) => onChange({ from, to: date })}
          inDialog={inDialog}
        />
      </div>
    </DatesProvider>
  );
}

type FieldProps = {
  label: string;
  value: string | undefined;
  min?: string | undefined;
  max?: string | undefined;
  onChange: (date: string | undefined) => void;
  inDialog: boolean;
};

function DateField({ label, value, min, max, onChange, inDialog }: FieldProps) {
  const intl = useIntl();
  const id = useId();
  return (
    <DateInput
      label={label}
      value={value ?? null}
      onChange={(date) => onChange(date?.slice(0, 10) ?? undefined)}
      valueFormat={(date) => formatTypedDate(date.slice(0, 10), intl.locale)}
      dateParser={(text) => parseTypedDate(text)}
      placeholder={intl.formatMessage({ id: 'filters.date_placeholder' })}
      allowDeselect
      hideOutsideDates
      {...(min ? { minDate: min } : {})}
      {...(max ? { maxDate: max } : {})}
      id={id}
      popoverProps={{
        id,
        withinPortal: false,
        floatingStrategy: inDialog ? 'absolute' : 'fixed',
        position: inDialog ? 'bottom' : 'bottom-end',
      }}
      ariaLabels={{
        previousMonth: intl.formatMessage({ id: 'calendar.previous_month' }),
        nextMonth: intl.formatMessage({ id: 'calendar.next_month' }),
        previousYear: intl.formatMessage({ id: 'calendar.previous_year' }),
        nextYear: intl.formatMessage({ id: 'calendar.next_year' }),
        previousDecade: intl.formatMessage({ id: 'calendar.previous_decade' }),
        nextDecade: intl.formatMessage({ id: 'calendar.next_decade' }),
      }}
      classNames={{ day: classes.day ?? '' }}
      autoComplete="off"
    />
  );
}
