import type { Schema } from '../../api/schemas';

export type Item = Schema['StatisticsItem'];
export type Bar = { from: number; to: number; isNegative: boolean };

/** Sums of different currencies are never added up: each currency has its own chart. */
export function byCurrency(items: readonly Item[]): [currency: string, items: Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(item.currency, [...(groups.get(item.currency) ?? []), item]);
  return [...groups].sort(([, a], [, b]) => countOf(b) - countOf(a));
}

function countOf(items: readonly Item[]): number {
  return items.reduce((sum, { documents }) => sum + documents, 0);
}

/** Months without documents stand between the others, as nothing. */
export function fillMonths(items: readonly Item[], currency: string): Item[] {
  const known = new Map(items.map((item) => [item.key, item]));
  const months = items.flatMap(({ key }) => (key ? [key] : [])).sort();
  const [first, last] = [months[0], months.at(-1)];
  if (!first || !last) return [];
  const filled: Item[] = [];
  for (let month = first; month <= last; month = following(month)) {
    filled.push(known.get(month) ?? empty(month, currency));
  }
  return filled;
}

function following(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}

function empty(key: string, currency: string): Item {
  const nothing = '0.00';
  return {
    key,
    currency,
    documents: 0,
    amount_excl_vat: nothing,
    vat_amount: nothing,
    amount_incl_vat: nothing,
  };
}

/** The days of a month, as the list is filtered by them. */
export function monthRange(month: string): { issued_from: string; issued_to: string } {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return { issued_from: `${month}-01`, issued_to: last };
}

export type Scale = { low: number; high: number; zero: number };

const STEPS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** A round range that holds every amount and nought; only drawn, never shown as a figure. */
export function scaleOf(items: readonly Item[]): Scale {
  const amounts = items.map(({ amount_incl_vat }) => Number(amount_incl_vat ?? 0));
  const high = rounded(Math.max(0, ...amounts));
  const low = -rounded(Math.max(0, ...amounts.map((amount) => -amount)));
  const range = high - low || 1;
  return { low, high, zero: -low / range };
}

/** The next amount whose half is round, too. */
function rounded(amount: number): number {
  if (amount === 0) return 0;
  const power = 10 ** Math.floor(Math.log10(amount));
  return (STEPS.find((step) => step * power >= amount) ?? 10) * power;
}

/** Where a bar begins and ends, as parts of the whole range. */
export function barOf(item: Item, { low, high, zero }: Scale): Bar {
  const amount = Number(item.amount_incl_vat ?? 0);
  const end = (amount - low) / (high - low || 1);
  return { from: Math.min(zero, end), to: Math.max(zero, end), isNegative: amount < 0 };
}
