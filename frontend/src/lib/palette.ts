/** Ten shades of an issuer's accent colour, chosen by contrast so that text on them is readable. */

type Oklch = { l: number; c: number; h: number };
type Rgb = [number, number, number];

// Contrast of each shade against white; 7 and up carry white text, 9 is for text on tints.
const CONTRASTS = [1.06, 1.14, 1.3, 1.6, 2.1, 2.8, 3.7, 4.7, 5.6, 8];
const CHROMA = [0.16, 0.28, 0.48, 0.7, 0.88, 0.97, 1, 1, 1, 0.92];
const FILLED = 8;

export function accentShades(hex: string): string[] {
  const accent = toOklch(hex);
  const own = contrast(hex, '#ffffff');
  const targets = [...CONTRASTS];
  if (own >= 4.7) {
    targets[FILLED] = own;
    targets[9] = Math.min(Math.max(8, own * 1.35), 17);
  }
  return targets.map((target, index) => {
    if (index === FILLED && own >= 4.7) return hex.toLowerCase();
    return shade(accent, accent.c * (CHROMA[index] ?? 1), target);
  });
}

/** The WCAG contrast ratio of two `#rrggbb` colours. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(toRgb(a)), luminance(toRgb(b))];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Black or white, whichever reads better on `background`. */
export function readableOn(background: string): '#000000' | '#ffffff' {
  return contrast(background, '#ffffff') >= contrast(background, '#000000') ? '#ffffff' : '#000000';
}

function shade(accent: Oklch, chroma: number, target: number): string {
  let [low, high] = [0, 1];
  let best = '#000000';
  for (let step = 0; step < 24; step += 1) {
    const l = (low + high) / 2;
    best = fromOklch({ l, c: chroma, h: accent.h });
    if (contrast(best, '#ffffff') > target) low = l;
    else high = l;
  }
  return best;
}

function toRgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255].map((part) => {
    const channel = part / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function toOklch(hex: string): Oklch {
  const [r, g, b] = toRgb(hex);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    c: Math.hypot(a, bb),
    h: Math.atan2(bb, a),
  };
}

function toLinear({ l, c, h }: Oklch): Rgb {
  const [a, b] = [c * Math.cos(h), c * Math.sin(h)];
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
}

/** Less chroma until the screen can show it, which keeps the hue. */
function fromOklch(color: Oklch): string {
  let rgb = toLinear(color);
  for (let c = color.c; c > 0 && rgb.some((part) => part < -0.0005 || part > 1.0005); c -= 0.004) {
    rgb = toLinear({ ...color, c });
  }
  const parts = rgb.map((part) => {
    const value = Math.min(1, Math.max(0, part));
    const channel = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
    return Math.round(channel * 255)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${parts.join('')}`;
}
