import type { components } from '../../api/schema.gen';

export type Verification = components['schemas']['Verification'];

/** What a reader has to know, and do; each has its own words. */
export type Verdict = 'genuine' | 'changed' | 'broken' | 'other' | 'unsealed';

export function verdictOf({ sealed, intact, by_this_issuer, reason }: Verification): Verdict {
  if (!sealed) return 'unsealed';
  if (reason === 'broken') return 'broken';
  if (!by_this_issuer) return 'other';
  return intact ? 'genuine' : 'changed';
}
