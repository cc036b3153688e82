import { describe, expect, it } from 'vitest';
import {
  formatMonth,
  formatPlainDate,
  formatTypedDate,
  isPlainDate,
  parseTypedDate,
  presetRange,
  today,
} from './dates';

describe('plain dates', () => {
  it('are real days', () => {
    expect(isPlainDate('2024-02-29')).toBe(true);
    expect(isPlainDate('2025-02-29')).toBe(false);
    expect(isPlainDate('2025-2-9')).toBe(false);
    expect(isPlainDate('2025-02-09T00:00:00Z')).toBe(false);
  });

  it.each([
    ['fr-BE', '31 mars 2026', '31 mars 2026'],
    ['nl-BE', '31 mrt 2026', '31 maart 2026'],
    ['de-BE', '31. März 2026', '31. März 2026'],
    ['en-GB', '31 Mar 2026', '31 March 2026'],
  ])('are short and long in %s', (locale, short, long) => {
    expect(formatPlainDate('2026-03-31', locale, 'short')).toBe(short);
    expect(formatPlainDate('2026-03-31', locale, 'long')).toBe(long);
  });

  it('that are not dates are shown as they are', () => {
    expect(formatPlainDate('soon', 'en-GB', 'short')).toBe('soon');
  });

  it.each(['Pacific/Auckland', 'America/Los_Angeles', 'Europe/Brussels'])(
    'never shift by time zone (%s)',
    (zone) => {
      const before = process.env.TZ;
      process.env.TZ = zone;
      expect(formatPlainDate('2026-01-01', 'en-GB', 'long')).toBe('1 January 2026');
      process.env.TZ = before;
    },
  );
});

describe('typed dates', () => {
  it.each([
    ['31/3/2026', '2026-03-31'],
    ['31.03.26', '2026-03-31'],
    ['31-03-2026', '2026-03-31'],
    ['31 3 2026', '2026-03-31'],
    ['31032026', '2026-03-31'],
    ['2026-03-31', '2026-03-31'],
    [' 1/1/2026 ', '2026-01-01'],
  ])('reads %j', (text, date) => {
    expect(parseTypedDate(text)).toBe(date);
  });

  it.each(['', '31/2/2026', '12/31/2026', '31/3', 'yesterday', '1/1/126'])('refuses %j', (text) => {
    expect(parseTypedDate(text)).toBeNull();
  });

  it('are written back in the way they are typed', () => {
    expect(formatTypedDate('2026-03-01', 'fr-BE')).toBe('01/03/2026');
    expect(formatTypedDate('2026-03-01', 'de-BE')).toBe('01.03.2026');
  });
});

describe('presets', () => {
  it.each([
    ['this_month', '2024-02-10', '2024-02-01', '2024-02-29'],
    ['this_month', '2026-12-31', '2026-12-01', '2026-12-31'],
    ['last_quarter', '2026-01-15', '2025-10-01', '2025-12-31'],
    ['last_quarter', '2026-08-01', '2026-04-01', '2026-06-30'],
    ['this_year', '2026-08-01', '2026-01-01', '2026-12-31'],
  ] as const)('%s on %s', (preset, day, from, to) => {
    expect(presetRange(preset, day)).toEqual({ from, to });
  });

  it('today is the reader’s own day', () => {
    expect(today(new Date(2026, 2, 31, 23, 59))).toBe('2026-03-31');
  });
});

it('a month is named in full', () => {
  expect(formatMonth('2026-03', 'en-GB')).toBe('March 2026');
  expect(formatMonth('2026-03', 'nl-BE')).toBe('maart 2026');
  expect(formatMonth('2026-13', 'en-GB')).toBe('2026-13');
});
