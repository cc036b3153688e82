import { expect, test } from '@playwright/test';
import { signIn, speakEnglish } from './portal.ts';

test.use({ storageState: { cookies: [], origins: [] } });

test('a wrong password is refused without telling which part is wrong', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill('nobody@example.com');
  await page.getByLabel('Password', { exact: true }).fill('not the password at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toHaveText(
    'The e-mail address or the password is not right.',
  );
  await expect(page.getByLabel('E-mail address')).toHaveValue('nobody@example.com');
});

test('signing in leads back to the page that was asked for, and signing out leaves', async ({
  page,
}) => {
  await page.goto('/documents?kind=credit_note');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page);
  await expect(page).toHaveURL(/\/documents\?kind=credit_note$/);
  await speakEnglish(page);
  await page.reload();
  await page.getByRole('banner').getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto('/documents');
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('a return path never leads to another site', async ({ page }) => {
  await page.goto('/sign-in?next=//evil.example/documents');
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('an invitation that is not valid is explained, with a way on', async ({ page }) => {
  await page.goto('/invitations/this-was-never-valid');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'This invitation is no longer valid',
  );
  await page.getByRole('link', { name: 'Send me a new invitation' }).click();
  await expect(page.getByLabel('E-mail address')).toBeVisible();
});

test('a forgotten password: the answer never tells whether the address is known', async ({
  page,
}) => {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  // The sign-in page has a field of the same name.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forgot your password?');
  await page.getByLabel('E-mail address').fill('nobody@example.com');
  await page.getByRole('button', { name: 'Send me the instructions' }).click();
  await expect(page.getByRole('main').getByRole('status')).toContainText(
    'If an account belongs to this address',
  );
});

test('a reset link that is not valid leads to a new one', async ({ page }) => {
  await page.goto('/password/reset/this-was-never-valid');
  await page.getByLabel('New password').fill('four words and a comma,');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link is no longer valid');
  await page.getByRole('link', { name: 'Ask for a new link' }).click();
  await expect(page.getByLabel('E-mail address')).toBeVisible();
});
