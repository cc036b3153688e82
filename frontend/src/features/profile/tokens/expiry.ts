import { today } from '../../../lib/dates';

/** How long a token made here may last: two years. */
export const LONGEST_DAYS = 730;
export const CHOICES = [30, 90, 365, LONGEST_DAYS] as const;

/** The plain date so many days from today. */
export function dayIn(days: number, from = today()): string {
  const date = new Date(`${from}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
