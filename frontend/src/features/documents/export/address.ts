import { stringifySearch } from '../../../lib/search-params';
import { type Filters, narrowingOf } from '../filters';

export type Format = 'xlsx' | 'csv';
export type Level = 'document' | 'line';
export type Separator = 'comma' | 'semicolon' | 'tab';
export type DecimalMark = 'point' | 'comma';

export type ExportOptions = {
  format: Format;
  level: Level;
  separator: Separator;
  decimal: DecimalMark;
};

/** So many documents fit into an address that every server in between accepts. */
export const MOST_IDS = 100;

/** What spreadsheet programs of the reader's region expect. */
export function usualOptions(locale: string): ExportOptions {
  const isEnglish = locale.startsWith('en');
  return {
    format: 'xlsx',
    level: 'document',
    separator: isEnglish ? 'comma' : 'semicolon',
    decimal: isEnglish ? 'point' : 'comma',
  };
}

/** The address of the file: chosen documents by id, or else all that match the filter. */
export function exportUrl(
  { format, level, separator, decimal }: ExportOptions,
  filters: Filters,
  ids: readonly string[] | null,
  language: string,
): string {
  const search = stringifySearch({
    ...(ids ? { document_id: ids } : narrowingOf(filters)),
    sort: filters.sort,
    format,
    level,
    locale: language,
    // A byte order mark tells spreadsheet programs that the text is UTF-8.
    ...(format === 'csv' ? { separator, decimal, bom: true } : {}),
  });
  return `/api/v1/documents/export${search}`;
}
