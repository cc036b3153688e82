import { describe, expect, it } from 'vitest';
import type { Document } from './queries';
import {
  choose,
  chosenBody,
  EVERYTHING,
  isChosen,
  NOTHING,
  pageState,
  rangeTo,
  totalChosen,
} from './selection';
import { exactly, totalOf } from './total';

const page = ['a', 'b', 'c', 'd'].map((id) => ({ id }) as Document);
const [a, b, c, d] = page as [Document, Document, Document, Document];

describe('choosing', () => {
  it('ticks and unticks, over several pages', () => {
    const one = choose(NOTHING, [a], true, page);
    const other = { id: 'z' } as Document;
    const two = choose(one, [other], true, [other]);
    expect([...two.documents.keys()]).toEqual(['a', 'z']);
    expect(pageState(two, page)).toBe('some');
    expect(pageState(two, [other])).toBe('all');
    expect(totalChosen(choose(two, [a], false, page), exactly(100))).toEqual(exactly(1));
  });

  it('leaves the page when one of all is unticked', () => {
    expect(isChosen(EVERYTHING, 'anything')).toBe(true);
    const more = totalOf({ items: [], next_cursor: null, total: 357, total_capped: true });
    expect(totalChosen(EVERYTHING, more ?? exactly(0))).toEqual({ count: 357, plus: '+' });
    expect(choose(EVERYTHING, [b], true, page)).toBe(EVERYTHING);
    const rest = choose(EVERYTHING, [b], false, page);
    expect(rest.all).toBe(false);
    expect([...rest.documents.keys()]).toEqual(['a', 'c', 'd']);
  });

  it('takes the rows between, whichever way', () => {
    expect(rangeTo(page, 'b', d)).toEqual([b, c, d]);
    expect(rangeTo(page, 'd', b)).toEqual([b, c, d]);
    expect(rangeTo(page, null, c)).toEqual([c]);
    expect(rangeTo(page, 'on another page', c)).toEqual([c]);
  });
});

describe('what the API is told', () => {
  it('names single documents', () => {
    expect(chosenBody(choose(NOTHING, [a, c], true, page), { kind: ['invoice'] })).toEqual({
      document_ids: ['a', 'c'],
    });
  });

  it('sends the filter for all that match, without its order and page', () => {
    const filters = { q: 'lease', sort: '-amount', cursor: 'x' } as const;
    expect(chosenBody(EVERYTHING, filters)).toEqual({ filter: { q: 'lease' } });
  });
});
