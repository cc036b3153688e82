import { expect, it } from 'vitest';
import de from '../../i18n/messages/de.json';
import { GROUPS, hasWords } from './questions';

it('finds words by their beginning, whatever their accents and case', () => {
  const text = 'J’ai oublié mon mot de passe';
  expect(hasWords(text, 'OUBLIE passe')).toBe(true);
  expect(hasWords(text, 'pass')).toBe(true);
  expect(hasWords(text, 'asse')).toBe(false);
  expect(hasWords(text, 'oublié facture')).toBe(false);
  expect(hasWords(text, '  ')).toBe(true);
});

it('shows every question that has a text', () => {
  const written = Object.keys(de).filter((key) => /^help\..*_q$/.test(key));
  const shown = GROUPS.flatMap(({ questions }) => questions.map((name) => `help.${name}_q`));
  expect(shown.toSorted()).toEqual(written.toSorted());
});
