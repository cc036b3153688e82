/** Languages, each with the region whose habits for dates and figures it follows. */

export const LANGUAGES = ['fr', 'nl', 'de', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const LOCALES: Record<Language, string> = {
  fr: 'fr-BE',
  nl: 'nl-BE',
  de: 'de-BE',
  en: 'en-GB',
};

/** A language is named in itself: who looks for it reads it. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  fr: 'Français',
  nl: 'Nederlands',
  de: 'Deutsch',
  en: 'English',
};

export function isLanguage(value: unknown): value is Language {
  return LANGUAGES.includes(value as Language);
}

/** The first of the reader's wishes that the portal speaks. */
export function pickLanguage(
  wishes: readonly (string | null | undefined)[],
  offered: readonly string[] = LANGUAGES,
  fallback: Language = 'en',
): Language {
  for (const wish of wishes) {
    const language = wish?.slice(0, 2).toLowerCase();
    if (isLanguage(language) && offered.includes(language)) return language;
  }
  return fallback;
}
