import { expect, it } from 'vitest';
import { safeReturnPath } from './return-path';

it.each([
  '/documents?kind=invoice',
  '/documents/01900000-0000-7000-8000-000000000001',
  '/profile',
  '/invitations/token',
])('comes back to %s', (path) => {
  expect(safeReturnPath(path)).toBe(path);
});

it.each([
  undefined,
  '',
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/sign-in?next=/documents',
  '/',
  '/documents',
  `/${'x'.repeat(3000)}`,
])('never goes to %s', (path) => {
  expect(safeReturnPath(path)).toBeUndefined();
});
