import { describe, expect, it } from 'vitest';
import { barOf, byCurrency, fillMonths, type Item, monthRange, scaleOf } from './series';

const item = (key: string | null, amount: string, currency = 'EUR', documents = 1): Item => ({
  key,
  currency,
  documents,
  amount_excl_vat: amount,
  vat_amount: '0.00',
  amount_incl_vat: amount,
});

describe('months', () => {
  it('without documents are filled in, also over a new year', () => {
    const filled = fillMonths([item('2025-11', '10.00'), item('2026-02', '5.00')], 'EUR');
    expect(filled.map(({ key, amount_incl_vat }) => [key, amount_incl_vat])).toEqual([
      ['2025-11', '10.00'],
      ['2025-12', '0.00'],
      ['2026-01', '0.00'],
      ['2026-02', '5.00'],
    ]);
    expect(fillMonths([], 'EUR')).toEqual([]);
  });

  it('have the days that the list is filtered by', () => {
    expect(monthRange('2024-02')).toEqual({ issued_from: '2024-02-01', issued_to: '2024-02-29' });
    expect(monthRange('2026-12')).toEqual({ issued_from: '2026-12-01', issued_to: '2026-12-31' });
  });
});

it('currencies are kept apart, the most used first', () => {
  const groups = byCurrency([item('a', '1'), item('a', '9', 'CHF', 3), item('b', '2')]);
  expect(groups.map(([currency, items]) => [currency, items.length])).toEqual([
    ['CHF', 1],
    ['EUR', 2],
  ]);
});

describe('the scale', () => {
  it('is round, and holds every amount and nought', () => {
    expect(scaleOf([item('a', '1830.20'), item('b', '12.00')])).toEqual({
      low: -0,
      high: 2000,
      zero: 0,
    });
    expect(scaleOf([item('a', '75.00'), item('b', '-20.00')])).toEqual({
      low: -20,
      high: 80,
      zero: 20 / 100,
    });
  });

  it('draws negative sums below nought', () => {
    const scale = scaleOf([item('a', '100.00'), item('b', '-100.00')]);
    expect(barOf(item('a', '50.00'), scale)).toEqual({ from: 0.5, to: 0.75, isNegative: false });
    expect(barOf(item('b', '-100.00'), scale)).toEqual({ from: 0, to: 0.5, isNegative: true });
  });

  it('draws nothing where there is nothing', () => {
    expect(barOf(item('a', '0.00'), scaleOf([item('a', '0.00')]))).toEqual({
      from: 0,
      to: 0,
      isNegative: false,
    });
  });
});
