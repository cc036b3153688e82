import { expect, test } from 'vitest';
import { type Verification, verdictOf } from './verdict';

const answer = (change: Partial<Verification>): Verification => ({
  sealed: true,
  intact: true,
  by_this_issuer: true,
  signer: 'Lumen Lease',
  signed_at: '2026-11-23T10:00:00Z',
  reason: null,
  ...change,
});

test.each([
  [answer({}), 'genuine'],
  [answer({ intact: false, reason: 'changed' }), 'changed'],
  [answer({ intact: false, reason: 'removed' }), 'changed'],
  [answer({ intact: false, by_this_issuer: false, reason: 'broken' }), 'broken'],
  [answer({ by_this_issuer: false, reason: 'other_issuer' }), 'other'],
  [answer({ by_this_issuer: false, intact: false, reason: 'changed' }), 'other'],
  [answer({ sealed: false, intact: null, by_this_issuer: false, reason: 'unsealed' }), 'unsealed'],
] as const)('%o is told as %s', (given, verdict) => {
  expect(verdictOf(given)).toBe(verdict);
});
