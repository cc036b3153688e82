import { expect, it } from 'vitest';
import { exportUrl, usualOptions } from './address';

const english = usualOptions('en-GB');

it('follows the habits of the region', () => {
  expect(english).toEqual({
    format: 'xlsx',
    level: 'document',
    separator: 'comma',
    decimal: 'point',
  });
  for (const locale of ['fr-BE', 'nl-BE', 'de-BE'])
    expect(usualOptions(locale)).toMatchObject({ separator: 'semicolon', decimal: 'comma' });
});

it('asks for all that match, in the order of the list', () => {
  const filters = { kind: ['invoice'] as ['invoice'], sort: '-amount' as const, cursor: 'x' };
  expect(exportUrl(english, filters, null, 'en')).toBe(
    '/api/v1/documents/export?kind=invoice&sort=-amount&format=xlsx&level=document&locale=en',
  );
});

it('asks for chosen documents whatever the filter', () => {
  const options = { ...english, format: 'csv', level: 'line', separator: 'tab' } as const;
  expect(exportUrl(options, { kind: ['other'] }, ['1', '2'], 'fr')).toBe(
    '/api/v1/documents/export?document_id=1&document_id=2&format=csv&level=line&locale=fr&separator=tab&decimal=point&bom=true',
  );
});
