/** A plain date ("2026-03-31") names a day, not an instant: it is read and shown in UTC only. */

export type DateRange = { from: string; to: string };
export type Preset = 'this_month' | 'last_quarter' | 'this_year';

export const PRESETS: readonly Preset[] = ['this_month', 'last_quarter', 'this_year'];

export function isPlainDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

const STYLES = {
  short: { day: 'numeric', month: 'short', year: 'numeric' },
  long: { day: 'numeric', month: 'long', year: 'numeric' },
} as const;

const formatters = new Map<string, Intl.DateTimeFormat>();

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(locale, options);
    formatters.set(key, formatter);
  }
  return formatter;
}

export function formatPlainDate(text: string, locale: string, style: keyof typeof STYLES): string {
  if (!isPlainDate(text)) return text;
  const formatter = dateFormat(locale, { ...STYLES[style], timeZone: 'UTC' });
  return formatter.format(new Date(`${text}T00:00:00Z`));
}

/** An instant, in the reader's own time zone. */
export function formatInstant(instant: string, locale: string, style: 'short' | 'long'): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const options = { ...STYLES[style], hour: '2-digit', minute: '2-digit' } as const;
  return dateFormat(locale, options).format(date);
}

export function today(now = new Date()): string {
  return plain(now.getFullYear(), now.getMonth(), now.getDate());
}

/** The range behind a preset, as seen from `day`. */
export function presetRange(preset: Preset, day: string): DateRange {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7)) - 1;
  if (preset === 'this_year') return { from: `${year}-01-01`, to: `${year}-12-31` };
  if (preset === 'this_month')
    return { from: plain(year, month, 1), to: plain(year, month + 1, 0) };
  const start = Math.floor(month / 3) * 3 - 3;
  return { from: plain(year, start, 1), to: plain(year, start + 3, 0) };
}

function plain(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

/** The date as people type it: two digits, the region's separators, four digits for the year. */
export function formatTypedDate(text: string, locale: string): string {
  if (!isPlainDate(text)) return text;
  const options = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' } as const;
  return dateFormat(locale, options).format(new Date(`${text}T00:00:00Z`));
}

/** Reads "31/3/2026", "31.03.26", "31 3 2026", "31032026" and "2026-03-31"; null for anything else. */
export function parseTypedDate(input: string): string | null {
  const text = input.trim();
  if (isPlainDate(text)) return text;
  const match =
    /^(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4}|\d{2})$/.exec(text) ??
    /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  if (!match) return null;
  const [, day = '', month = '', year = ''] = match;
  const fullYear = year.length === 2 ? `20${year}` : year;
  const date = `${fullYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isPlainDate(date) ? date : null;
}

/** "2026-03" → "March 2026". */
export function formatMonth(month: string, locale: string): string {
  if (!isPlainDate(`${month}-01`)) return month;
  const options = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return dateFormat(locale, options).format(new Date(`${month}-01T00:00:00Z`));
}
