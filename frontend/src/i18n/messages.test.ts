import {
  isPluralElement,
  type MessageFormatElement,
  parse,
} from '@formatjs/icu-messageformat-parser';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, pickLanguage } from './locales';
import de from './messages/de.json';
import en from './messages/en.json';
import fr from './messages/fr.json';
import nl from './messages/nl.json';

const MESSAGES: Record<string, Record<string, string>> = { fr, nl, de, en };

function flatten(elements: MessageFormatElement[]): MessageFormatElement[] {
  return elements.flatMap((element) => {
    const inner =
      'options' in element
        ? Object.values(element.options).flatMap((option) => option.value)
        : 'children' in element
          ? element.children
          : [];
    return [element, ...flatten(inner)];
  });
}

/** The names of the values and tags that a message needs. */
function needs(message: string): string[] {
  const named = flatten(parse(message)).filter((element) => element.type !== 0);
  const names = named.map((element) => ('value' in element ? String(element.value) : '#'));
  return [...new Set(names)].filter((name) => name !== '#').sort();
}

describe.each(LANGUAGES)('messages in %s', (language) => {
  const messages = MESSAGES[language] ?? {};

  it('has the same keys as the others', () => {
    expect(Object.keys(messages)).toEqual(Object.keys(en));
  });

  it('needs the same values as the others', () => {
    for (const [key, message] of Object.entries(messages)) {
      expect([key, needs(message)]).toEqual([key, needs(en[key as keyof typeof en])]);
    }
  });

  it('leaves nothing empty or double spaced', () => {
    for (const message of Object.values(messages))
      expect(message).toMatch(/^(?!.* {2})(\S|\S.*\S|, \S.*)$/);
  });
});

it('French has its third plural wherever it counts', () => {
  const forms = new Intl.PluralRules('fr-BE').resolvedOptions().pluralCategories;
  expect(forms).toContain('many');
  for (const [key, message] of Object.entries(fr)) {
    for (const element of flatten(parse(message))) {
      if (isPluralElement(element)) expect([key, 'many' in element.options]).toEqual([key, true]);
    }
  }
});

it('picks the first language that the reader wants and the portal speaks', () => {
  expect(pickLanguage(['nl-BE', 'fr'])).toBe('nl');
  expect(pickLanguage([null, undefined, 'es', 'de-AT'])).toBe('de');
  expect(pickLanguage(['nl'], ['fr', 'en'], 'fr')).toBe('fr');
  expect(pickLanguage([])).toBe('en');
});
