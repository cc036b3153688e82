/** Figures in the reader's region. Decimal strings go to Intl as they are, which keeps them exact. */

export type MoneyPart = { kind: 'figure' | 'currency'; text: string };

type Decimal = `${number}`;

const formatters = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat(locale, options);
    formatters.set(key, formatter);
  }
  return formatter;
}

function moneyFormat(locale: string, currency: string, decimals: number): Intl.NumberFormat | null {
  try {
    return numberFormat(locale, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: 2,
      maximumFractionDigits: decimals,
    });
  } catch {
    return null;
  }
}

/** The parts of an amount, so that the currency can be set lighter than the figure. */
export function moneyParts(
  amount: string,
  currency: string | null,
  locale: string,
  decimals = 2,
): MoneyPart[] {
  const formatter = currency ? moneyFormat(locale, currency, decimals) : null;
  if (!formatter) {
    const figure = formatDecimal(amount, locale, { min: 2, max: decimals });
    const parts: MoneyPart[] = [{ kind: 'figure', text: figure }];
    if (currency) parts.push({ kind: 'currency', text: `\u00a0${currency}` });
    return parts;
  }
  const merged: MoneyPart[] = [];
  for (const part of formatter.formatToParts(amount as Decimal)) {
    const kind = part.type === 'currency' ? 'currency' : 'figure';
    const text = part.type === 'minusSign' ? '\u2212' : part.value;
    const previous = merged.at(-1);
    if (previous?.kind === kind) previous.text += text;
    else merged.push({ kind, text });
  }
  return merged;
}

/** As one text; a unit price may have more decimals than an amount. */
export function formatMoney(
  amount: string,
  currency: string | null,
  locale: string,
  decimals = 2,
): string {
  return moneyParts(amount, currency, locale, decimals)
    .map((part) => part.text)
    .join('');
}

/** A quantity, a rate or a price: as many decimals as it has, within bounds. */
export function formatDecimal(
  value: string,
  locale: string,
  { min = 0, max = 6 }: { min?: number; max?: number } = {},
): string {
  return numberFormat(locale, { minimumFractionDigits: min, maximumFractionDigits: max })
    .format(value as Decimal)
    .replace('-', '\u2212');
}

export function formatPercent(rate: string, locale: string): string {
  const separator = locale.startsWith('en') ? '' : '\u00a0';
  return `${formatDecimal(rate, locale, { max: 2 })}${separator}%`;
}

/** "BE68539007547034" → "BE68 5390 0754 7034". */
export function formatIban(iban: string): string {
  return iban
    .replace(/\s/g, '')
    .replace(/(.{4})/g, '$1 ')
    .trim();
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** 1_234_567 → "1.2 MB"; a thousand of one unit is one of the next. */
export function formatBytes(bytes: number, locale: string): string {
  const power = Math.min(SIZES.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return numberFormat(locale, {
    style: 'unit',
    unit: SIZES[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}

/** A round amount beside an axis: "€20K". */
export function formatCompactMoney(amount: number, currency: string, locale: string): string {
  return numberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    maximumFractionDigits: 1,
  }).format(amount);
}
