/** Money arrives and leaves as decimal strings; nothing here turns it into a binary number. */

const SPACES = /[\s\u00a0\u202f'’]/g;

/**
 * Understands "1 234,50", "1.234,50", "1,234.50" and "1234.5"; answers "1234.50", or null.
 *
 * With one separator only, three digits after it mean thousands, since cents are never three.
 */
export function parseAmount(input: string): string | null {
  const text = input
    .replace(SPACES, '')
    .replace(/^[€$£]|[€$£]$/g, '')
    .replace('\u2212', '-');
  if (!/^-?\d[\d.,]*$/.test(text)) return null;
  const negative = text.startsWith('-');
  const body = negative ? text.slice(1) : text;
  const separators = body.replace(/\d/g, '');
  const last = body.search(/[.,](?=\d*$)/);
  let whole = body;
  let cents = '';
  if (last >= 0) {
    const tail = body.slice(last + 1);
    const isRepeated = separators.length > 1 && new Set(separators).size === 1;
    const isGrouping = isRepeated || (separators.length === 1 && /^[1-9]\d{0,2}.\d{3}$/.test(body));
    if (!isGrouping) {
      if (tail.length > 2) return null;
      whole = body.slice(0, last);
      cents = tail;
    }
  }
  if (!/^\d+$|^\d{1,3}([.,]\d{3})+$/.test(whole)) return null;
  if (/[.,]/.test(whole) && new Set(whole.replace(/\d/g, '')).size > 1) return null;
  const digits = whole.replace(/[.,]/g, '').replace(/^0+(?=\d)/, '');
  if (digits.length > 15) return null;
  const value = `${digits}.${cents.padEnd(2, '0')}`;
  return negative && /[1-9]/.test(value) ? `-${value}` : value;
}

/** Orders two decimal strings with at most two decimals, exactly. */
export function compareAmounts(a: string, b: string): number {
  const difference = toCents(a) - toCents(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function toCents(amount: string): bigint {
  const [whole = '0', cents = ''] = amount.split('.');
  return BigInt(`${whole}${cents.slice(0, 2).padEnd(2, '0')}`);
}

/** A credit note's amounts are positive in its file; readers see what they are owed. */
export function signedAmount(amount: string, kind: string): string {
  return kind === 'credit_note' ? negated(amount) : amount;
}

export function negated(amount: string): string {
  if (!/[1-9]/.test(amount)) return amount;
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
