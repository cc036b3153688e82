/** Preferences of this browser only: theme, language, layout. Never anything secret. */

export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(`i-portal.${name}`);
  } catch {
    return null;
  }
}

export function writePreference(name: string, value: string): void {
  try {
    localStorage.setItem(`i-portal.${name}`, value);
  } catch {
    // Private windows may refuse; the preference then lasts until the page is left.
  }
}
