import { expect, test } from '@playwright/test';
import { speakEnglish } from './portal.ts';

/** Help (G6, E1): for everybody, whether they have signed in or not. */

test.describe('signed out', () => {
  test.use({ storageState: { cookies: [], origins: [] }, locale: 'fr-BE' });

  test('help is found from the sign-in, in the reader’s language', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByRole('link', { name: 'Une question ? Consultez l’aide' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Aide' })).toBeVisible();
    await page.getByText('J’ai supprimé l’invitation. Que faire ?').click();
    await page.getByRole('link', { name: 'une nouvelle invitation' }).click();
    await expect(page).toHaveURL(/\/invitations\/new$/);
  });
});

test('questions are searched, and lead to where it is done', async ({ page }) => {
  await speakEnglish(page);
  await page.goto('/documents');
  await page.getByRole('link', { name: 'Help', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Help' })).toBeVisible();
  await page.getByRole('searchbox').fill('attach e-mail');
  await expect(page.locator('summary').filter({ hasText: 'attached to the e-mail' })).toBeVisible();
  await page.getByRole('searchbox').fill('nothing about this');
  await expect(page.getByText('No question has these words.')).toBeVisible();
  await page.getByRole('searchbox').fill('accountant');
  await page.locator('summary').filter({ hasText: 'my accountant' }).click();
  await page.getByRole('link', { name: 'Shared users' }).last().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Shared users' })).toBeVisible();
});

test('it names the contacts, the sender and the hosts from the settings', async ({ page }) => {
  const portal = await (await page.request.get('/api/v1/portal')).json();
  await page.goto('/help');
  const main = page.getByRole('main');
  await expect(main.getByRole('link', { name: portal.support.email })).toBeVisible();
  await expect(main.getByRole('link', { name: portal.support.phone })).toBeVisible();
  for (const value of [
    portal.mail.sender,
    ...portal.mail.sender_domains,
    ...portal.mail.link_hosts,
  ])
    await expect(main.getByText(value, { exact: true }).first()).toBeVisible();
});
