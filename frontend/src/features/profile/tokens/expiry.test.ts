import { expect, it } from 'vitest';
import { dayIn } from './expiry';

it('counts days across months and leap years', () => {
  expect(dayIn(30, '2027-01-31')).toBe('2027-03-02');
  expect(dayIn(1, '2028-02-28')).toBe('2028-02-29');
  expect(dayIn(730, '2026-11-23')).toBe('2028-11-22');
});
