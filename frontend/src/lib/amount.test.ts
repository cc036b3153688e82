import { describe, expect, it } from 'vitest';
import { compareAmounts, parseAmount, signedAmount } from './amount';

describe('parseAmount', () => {
  it.each([
    ['1 234,50', '1234.50'],
    ['1\u202f234,50', '1234.50'],
    ['1\u00a0234,50', '1234.50'],
    ['1.234,50', '1234.50'],
    ['1,234.50', '1234.50'],
    ['1’234.50', '1234.50'],
    ['1234.5', '1234.50'],
    ['1234,5', '1234.50'],
    ['1234', '1234.00'],
    ['1.234', '1234.00'],
    ['1,234', '1234.00'],
    ['1.234.567', '1234567.00'],
    ['1.234.567,8', '1234567.80'],
    ['12,', '12.00'],
    ['007', '7.00'],
    ['0,05', '0.05'],
    ['€ 12,50', '12.50'],
    ['12,50 €', '12.50'],
    ['-12,50', '-12.50'],
    ['\u221212,50', '-12.50'],
    ['-0', '0.00'],
    ['  99  ', '99.00'],
  ])('reads %j', (text, amount) => {
    expect(parseAmount(text)).toBe(amount);
  });

  it.each([
    '',
    ' ',
    'abc',
    '12a',
    '1.23.4',
    '12,345,67',
    '1.234,567,8',
    '0.500',
    '1234.567',
    '--1',
    '1e5',
    '.5',
    'NaN',
    '1'.repeat(16),
  ])('refuses %j', (text) => {
    expect(parseAmount(text)).toBeNull();
  });
});

describe('compareAmounts', () => {
  it('is exact where binary numbers are not', () => {
    expect(compareAmounts('0.30', '0.3')).toBe(0);
    expect(compareAmounts('999999999999999.99', '999999999999999.98')).toBe(1);
    expect(compareAmounts('-5.00', '3.00')).toBe(-1);
  });
});

describe('signedAmount', () => {
  it.each([
    ['100.00', 'invoice', '100.00'],
    ['100.00', 'credit_note', '-100.00'],
    ['-100.00', 'credit_note', '100.00'],
    ['0.00', 'credit_note', '0.00'],
  ])('%s of a %s shows as %s', (amount, kind, shown) => {
    expect(signedAmount(amount, kind)).toBe(shown);
  });
});
