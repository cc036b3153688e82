import { describe, expect, it } from 'vitest';
import { accentShades, contrast, readableOn } from './palette';

const ACCENTS = [
  '#0b6e6e',
  '#2f4a7d',
  '#ffcc00',
  '#ff0000',
  '#00ff88',
  '#000000',
  '#ffffff',
  '#7a1fa2',
  '#e91e63',
  '#808080',
];

describe('contrast', () => {
  it('is that of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  it('chooses black or white, and never less than 4.5', () => {
    for (let value = 0; value < 0x1000; value += 1) {
      const hex = `#${[value >> 8, (value >> 4) & 15, value & 15].map((d) => d.toString(16).repeat(2)).join('')}`;
      expect(contrast(readableOn(hex), hex)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('accentShades', () => {
  it.each(ACCENTS)('carries readable text for %s', (accent) => {
    const shades = accentShades(accent);
    expect(shades).toHaveLength(10);
    for (const shade of shades) expect(shade).toMatch(/^#[0-9a-f]{6}$/);
    for (const filled of [7, 8, 9]) {
      expect(contrast(shades[filled] ?? '', '#ffffff')).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(shades[9] ?? '', shades[0] ?? '')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shades[3] ?? '', '#1b1e24')).toBeGreaterThanOrEqual(4.5);
  });

  it('keeps the issuer’s own colour where it can be read', () => {
    expect(accentShades('#0B6E6E')[8]).toBe('#0b6e6e');
  });

  it('runs from light to dark', () => {
    const ratios = accentShades('#2f4a7d').map((shade) => contrast(shade, '#ffffff'));
    expect(ratios).toEqual(ratios.toSorted((a, b) => a - b));
  });
});
