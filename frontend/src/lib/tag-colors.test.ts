import { expect, it } from 'vitest';
import { contrast } from './palette';
import { freshColor, isHexColor, TAG_COLORS } from './tag-colors';

it('knows a colour when it sees one', () => {
  expect(['#000000', '#AbCdEf'].every(isHexColor)).toBe(true);
  expect(['#fff', 'red', '#12345g', '', '#1234567'].some(isHexColor)).toBe(false);
});

it('begins with colours that are not taken', () => {
  const [first, second] = TAG_COLORS;
  expect(freshColor([])).toBe(first.hex);
  expect(freshColor([first.hex.toUpperCase()])).toBe(second.hex);
  const all = TAG_COLORS.map(({ hex }) => hex);
  expect(all).toContain(freshColor(all));
});

/** The chip's tint, as its style sheet mixes it. */
function mixed(color: string, part: number, surface: string): string {
  const channel = (hex: string, index: number) => Number.parseInt(hex.slice(index, index + 2), 16);
  const parts = [1, 3, 5].map((index) =>
    Math.round(channel(color, index) * part + channel(surface, index) * (1 - part)),
  );
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

it.each(['#000000', '#ffffff', '#ff0000', '#ffff00', '#0000ff', ...TAG_COLORS.map((c) => c.hex)])(
  'a chip of %s is readable, light and dark',
  (color) => {
    expect(contrast(mixed(color, 0.14, '#ffffff'), '#000000')).toBeGreaterThan(4.5);
    expect(contrast(mixed(color, 0.24, '#171a20'), '#ffffff')).toBeGreaterThan(4.5);
  },
);
