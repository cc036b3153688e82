import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../lib/search-params';
import { countFilters, nextSort, readFilters } from './filters';

const CUSTOMER = '01900000-0000-7000-8000-000000000001';
const read = (search: string) => readFilters(parseSearch(search));

describe('readFilters', () => {
  it('reads everything a list can be narrowed by', () => {
    const search = `?q=lease&customer_id=${CUSTOMER}&kind=invoice&kind=other&number=2026&issued_from=2026-01-01&issued_to=2026-03-31&amount_min=10.00&amount_max=99.50&tag_id=${CUSTOMER}&unread=true&sort=-amount&cursor=abc`;
    expect(stringifySearch(read(search))).toBe(search);
  });

  it('drops defaults', () => {
    expect(read('?sort=-issue_date&kind=invoice&kind=credit_note&kind=other&unread=false')).toEqual(
      {},
    );
  });

  it.each([
    '?kind=nonsense',
    '?customer_id=42',
    '?tag_id=red',
    '?issued_from=2026-02-30',
    '?issued_to=tomorrow',
    '?amount_min=1e9',
    '?amount_max=NaN',
    '?unread=maybe',
    '?sort=due_date',
    '?q=%20%20',
    '?unknown=1',
  ])('drops junk: %s', (search) => {
    expect(read(search)).toEqual({});
  });

  it('drops the end of a range that ends before it begins', () => {
    expect(read('?issued_from=2026-02-01&issued_to=2026-01-01')).toEqual({
      issued_from: '2026-02-01',
    });
    expect(read('?amount_min=9.5&amount_max=9.4')).toEqual({ amount_min: '9.5' });
    expect(read('?amount_min=9&amount_max=10')).toEqual({ amount_min: '9', amount_max: '10' });
  });

  it('is stable: reading what it wrote changes nothing', () => {
    const once = read('?kind=other&kind=other&q=%20x%20&unread=true');
    expect(read(stringifySearch(once))).toEqual(once);
  });
});

describe('countFilters', () => {
  it('counts a range once, and order and page not at all', () => {
    expect(countFilters(read('?sort=amount&cursor=x'))).toBe(0);
    expect(countFilters(read('?issued_from=2026-01-01&issued_to=2026-02-01&amount_max=5'))).toBe(2);
    expect(countFilters(read('?q=x&kind=other&number=1&unread=true'))).toBe(4);
  });
});

describe('nextSort', () => {
  it('starts dates and amounts with the largest, words with the first', () => {
    expect(nextSort('amount', '-issue_date')).toBe('-amount');
    expect(nextSort('amount', '-amount')).toBe('amount');
    expect(nextSort('customer', '-issue_date')).toBe('customer');
    expect(nextSort('customer', 'customer')).toBe('-customer');
  });
});
