import { describe, expect, it } from 'vitest';
import { many, one, parseSearch, stringifySearch } from './search-params';

describe('the query string', () => {
  it('repeats keys for lists', () => {
    expect(parseSearch('?kind=invoice&kind=other&q=a%20b')).toEqual({
      kind: ['invoice', 'other'],
      q: 'a b',
    });
    expect(stringifySearch({ kind: ['invoice', 'other'], q: 'a b', unread: true })).toBe(
      '?kind=invoice&kind=other&q=a+b&unread=true',
    );
  });

  it('leaves out what is empty', () => {
    expect(stringifySearch({ q: undefined, number: '', kind: [] })).toBe('');
  });

  it('reads one or many, whatever was written', () => {
    expect(one(['a', 'b'])).toBe('a');
    expect(one('')).toBeUndefined();
    expect(one(5)).toBeUndefined();
    expect(many('a')).toEqual(['a']);
    expect(many(['a', 'a', '', 'b'])).toEqual(['a', 'b']);
    expect(many(undefined)).toEqual([]);
  });
});
