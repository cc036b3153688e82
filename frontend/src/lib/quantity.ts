import { formatDecimal } from './format';

/** Units of UN/ECE Recommendation 20 that Intl can name; pieces need no name. */
const INTL_UNITS: Record<string, string> = {
  SEC: 'second',
  MIN: 'minute',
  HUR: 'hour',
  DAY: 'day',
  WEE: 'week',
  MON: 'month',
  ANN: 'year',
  GRM: 'gram',
  KGM: 'kilogram',
  MLT: 'milliliter',
  LTR: 'liter',
  CMT: 'centimeter',
  MTR: 'meter',
  KMT: 'kilometer',
  P1: 'percent',
};
const SYMBOLS: Record<string, string> = { KWH: 'kWh', MWH: 'MWh', MTK: 'm²', MTQ: 'm³', TNE: 't' };
const PIECES = new Set(['C62', 'H87', 'EA', 'XPP', 'ZZ', 'NAR', 'PCE', '1N']);

export function formatQuantity(quantity: string, unit: string | null, locale: string): string {
  const known = unit ? INTL_UNITS[unit] : undefined;
  if (known) {
    const options = { style: 'unit', unit: known, unitDisplay: 'long', maximumFractionDigits: 4 };
    return new Intl.NumberFormat(locale, options as Intl.NumberFormatOptions)
      .format(quantity as `${number}`)
      .replace('-', '\u2212');
  }
  const figure = formatDecimal(quantity, locale, { max: 4 });
  if (!unit || PIECES.has(unit)) return figure;
  return `${figure}\u00a0${SYMBOLS[unit] ?? unit}`;
}
