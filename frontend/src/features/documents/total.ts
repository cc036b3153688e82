import type { Schema } from '../../api/schemas';

/** How many documents there are, as messages take it: a plus where more match than are counted. */
export type Total = { count: number; plus: '' | '+' };

export function exactly(count: number): Total {
  return { count, plus: '' };
}

/** Of a page that was counted. */
export function totalOf(page: Schema['DocumentPage'] | undefined): Total | null {
  if (typeof page?.total !== 'number') return null;
  return { count: page.total, plus: page.total_capped ? '+' : '' };
}
