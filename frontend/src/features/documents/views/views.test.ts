import { expect, it } from 'vitest';
import { filtersOf, type SavedView, viewOf } from './queries';

const saved = (query: string): SavedView => ({ id: '1', name: 'x', query, created_at: '' });

it('a view keeps filters and order, and not the page', () => {
  const query = viewOf({ kind: ['invoice'], amount_min: '10', sort: 'amount', cursor: 'page-2' });
  expect(query).toBe('kind=invoice&amount_min=10&sort=amount');
  expect(filtersOf(saved(query))).toEqual({
    kind: ['invoice'],
    amount_min: '10',
    sort: 'amount',
  });
  expect(viewOf({})).toBe('');
});

it('a view of an older portal opens with what is still understood', () => {
  expect(filtersOf(saved('kind=gone&unread=true&colour=red'))).toEqual({ unread: true });
});
