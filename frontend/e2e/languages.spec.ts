import { expect, test } from '@playwright/test';
import { openList, speakEnglish } from './portal.ts';

const LANGUAGES = [
  { name: 'Français', locale: 'fr-BE', heading: 'Documents', column: 'Échéance' },
  { name: 'Nederlands', locale: 'nl-BE', heading: 'Documenten', column: 'Vervaldag' },
  { name: 'Deutsch', locale: 'de-BE', heading: 'Dokumente', column: 'Fällig' },
  { name: 'English', locale: 'en-GB', heading: 'Documents', column: 'Due' },
];

test('the portal speaks four languages, and remembers the choice', async ({ page }) => {
  await speakEnglish(page);
  await openList(page);
  const amounts = new Set<string | null>();
  for (const { name, locale, heading, column } of LANGUAGES) {
    await page.getByRole('banner').getByRole('button').click();
    const saved = page.waitForResponse('**/api/v1/me');
    await page.getByRole('menuitemradio', { name }).click();
    await saved;
    await page.keyboard.press('Escape');
    await expect(page.locator('html')).toHaveAttribute('lang', locale);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expect(page.getByRole('columnheader', { name: column })).toBeVisible();
    amounts.add(await page.locator('tbody td:nth-child(7)').first().textContent());
  }
  expect(amounts.size).toBeGreaterThan(1);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en-GB');
});

test('a plain date is the same day in every time zone', async ({ browser, page }) => {
  await openList(page);
  const shown = await page.locator('tbody time').allTextContents();
  const { cookies } = await page.context().storageState();
  for (const timezoneId of ['Pacific/Auckland', 'America/Los_Angeles']) {
    const context = await browser.newContext({
      timezoneId,
      storageState: { cookies, origins: [] },
    });
    const elsewhere = await context.newPage();
    await openList(elsewhere);
    expect(await elsewhere.locator('tbody time').allTextContents()).toEqual(shown);
    await context.close();
  }
});
