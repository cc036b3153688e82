/** Advice while a password is being chosen; the API decides, and also knows the leaked ones. */

export const MIN_LENGTH = 15;
export const MAX_LENGTH = 128;

export type Advice =
  | { state: 'empty' | 'long' | 'repetitive' | 'own_name' | 'good' | 'strong' }
  | { state: 'short'; missing: number };

export function passwordAdvice(password: string, email = ''): Advice {
  const characters = [...password.normalize('NFC')];
  if (characters.length === 0) return { state: 'empty' };
  if (characters.length < MIN_LENGTH) {
    return { state: 'short', missing: MIN_LENGTH - characters.length };
  }
  if (characters.length > MAX_LENGTH) return { state: 'long' };
  const [name = ''] = email.toLowerCase().split('@');
  if (name.length >= 4 && password.toLowerCase().includes(name)) return { state: 'own_name' };
  if (new Set(characters).size < 7) return { state: 'repetitive' };
  return { state: characters.length >= 20 ? 'strong' : 'good' };
}

export function isAcceptable(advice: Advice): boolean {
  return !['empty', 'short', 'long'].includes(advice.state);
}
