const COLUMNS = [
  'number',
  'name',
  'vat_number',
  'language',
  'channel',
  'email',
  'first_name',
  'last_name',
];
/** Without it Excel takes UTF-8 for what Windows wrote before. */
const BYTE_ORDER_MARK = '\uFEFF';

/** An empty CSV file with the columns of an import, as the reader's Excel opens it. */
export function templateFile(language: string): Blob {
  const separator = language === 'en' ? ',' : ';';
  return new Blob([`${BYTE_ORDER_MARK}${COLUMNS.join(separator)}\r\n`], { type: 'text/csv' });
}
