/** The query string as people read and share it: repeated keys for lists, no quotes, no JSON. */

export type RawSearch = Record<string, string | string[]>;

export function parseSearch(search: string): RawSearch {
  const result: RawSearch = {};
  for (const [key, value] of new URLSearchParams(search)) {
    const known = result[key];
    if (known === undefined) result[key] = value;
    else result[key] = Array.isArray(known) ? [...known, value] : [known, value];
  }
  return result;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === undefined || item === null || item === '') continue;
      params.append(key, String(item));
    }
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

/** One string, whatever was written once or several times. */
export function one(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** All distinct strings, in the order written. */
export function many(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return [
    ...new Set(list.filter((item): item is string => typeof item === 'string' && item !== '')),
  ];
}
