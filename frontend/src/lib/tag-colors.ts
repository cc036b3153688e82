/** Colours to begin with: apart from each other, also for readers who see few colours. */
export const TAG_COLORS = [
  { name: 'red', hex: '#d64545' },
  { name: 'orange', hex: '#e07b24' },
  { name: 'yellow', hex: '#d9a514' },
  { name: 'green', hex: '#3f9142' },
  { name: 'teal', hex: '#18958a' },
  { name: 'sky', hex: '#2f9fd8' },
  { name: 'blue', hex: '#3b62c9' },
  { name: 'purple', hex: '#8a4fc4' },
  { name: 'pink', hex: '#d1518f' },
  { name: 'gray', hex: '#6b7482' },
] as const;

export function isHexColor(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** A colour that the account's other tags do not have yet, as long as there is one. */
export function freshColor(used: readonly string[]): string {
  const taken = new Set(used.map((color) => color.toLowerCase()));
  const free = TAG_COLORS.find(({ hex }) => !taken.has(hex)) ?? TAG_COLORS[used.length % 10];
  return free?.hex ?? TAG_COLORS[0].hex;
}
