import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCompactMoney,
  formatDecimal,
  formatIban,
  formatMoney,
  formatPercent,
  moneyParts,
} from './format';
import { formatQuantity } from './quantity';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('money', () => {
  it.each([
    ['fr-BE', '1 234,50 €'],
    ['nl-BE', '€ 1.234,50'],
    ['de-BE', '1.234,50 €'],
    ['en-GB', '€1,234.50'],
  ])('follows the habits of %s', (locale, shown) => {
    expect(plain(formatMoney('1234.50', 'EUR', locale))).toBe(shown);
  });

  it('is exact beyond what binary numbers hold', () => {
    expect(formatMoney('999999999999999.99', 'EUR', 'en-GB')).toBe('€999,999,999,999,999.99');
    expect(formatMoney('9007199254740993.01', 'EUR', 'en-GB')).toBe('€9,007,199,254,740,993.01');
  });

  it('shows a true minus', () => {
    expect(plain(formatMoney('-12.00', 'EUR', 'fr-BE'))).toBe('\u221212,00 €');
  });

  it('sets the currency apart from the figure', () => {
    const parts = moneyParts('1234.50', 'EUR', 'fr-BE');
    expect(parts.map(({ kind }) => kind)).toEqual(['figure', 'currency']);
  });

  it('copes with a currency that is missing or unknown to Intl', () => {
    expect(formatMoney('12.5', null, 'en-GB')).toBe('12.50');
    expect(plain(formatMoney('12.5', 'not a code', 'en-GB'))).toBe('12.50 not a code');
  });

  it('lets a unit price keep its decimals', () => {
    expect(formatMoney('412.333333', 'EUR', 'en-GB', 6)).toBe('€412.333333');
  });
});

describe('figures', () => {
  it('keeps as many decimals as there are', () => {
    expect(formatDecimal('12.5000', 'en-GB')).toBe('12.5');
    expect(formatPercent('21', 'en-GB')).toBe('21%');
    expect(plain(formatPercent('5.5', 'fr-BE'))).toBe('5,5 %');
  });

  it('groups an IBAN by four', () => {
    expect(formatIban('BE68539007547034')).toBe('BE68 5390 0754 7034');
  });
});

describe('quantities', () => {
  it.each([
    ['4', 'C62', '4'],
    ['4', null, '4'],
    ['12.5', 'HUR', '12,5 heures'],
    ['1', 'MON', '1 mois'],
    ['3', 'KWH', '3 kWh'],
    ['3', 'X7Q', '3 X7Q'],
  ])('%s %s reads %j', (quantity, unit, shown) => {
    expect(plain(formatQuantity(quantity, unit, 'fr-BE'))).toBe(shown);
  });
});

it('a size is told in the largest unit that fits', () => {
  expect(formatBytes(0, 'en-GB')).toBe('0 bytes');
  expect(formatBytes(999, 'en-GB')).toBe('999 bytes');
  expect(formatBytes(1_234_567, 'en-GB')).toBe('1.2 MB');
  expect(plain(formatBytes(1_234_567, 'fr-BE'))).toBe('1,2 Mo');
  expect(formatBytes(812_345_678_901, 'en-GB')).toBe('812 GB');
});

it('an amount beside an axis is short', () => {
  expect(formatCompactMoney(20000, 'EUR', 'en-GB')).toMatch(/^€20k$/i);
  expect(formatCompactMoney(2500, 'EUR', 'fr-BE')).toMatch(/^2,5.*€$/);
});
