import { expect, type Page, test } from '@playwright/test';
import { signIn } from './portal.ts';
import { becomeStaff, enterStaffPassword } from './staff.ts';

/** Passkeys with the browser's own virtual authenticator (WebAuthn, Chrome DevTools protocol). */

test.use({ storageState: { cookies: [], origins: [] } });
test.describe.configure({ timeout: 180_000 });

async function plugAuthenticator(page: Page) {
  const client = await page.context().newCDPSession(page);
  await client.send('WebAuthn.enable');
  const { authenticatorId } = await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async () =>
      (await client.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    refuse: () =>
      client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false }),
    agree: () => client.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true }),
  };
}

const passkeys = (page: Page) => page.getByRole('list', { name: 'Passkeys' }).locator('> li');

test('a passkey is added, signs in by itself, and no longer once removed', async ({ page }) => {
  const authenticator = await plugAuthenticator(page);
  await page.goto('/sign-in');
  await signIn(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();
  await page.goto('/profile/security');
  const name = `Test ${Date.now()}`;
  await page.getByLabel('Name of the new passkey').fill(name);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(passkeys(page).filter({ hasText: name })).toContainText('Never used');
  expect(await authenticator.credentials()).toHaveLength(1);

  await page
    .getByRole('banner')
    .getByRole('button', { name: /^(?!Open)/ })
    .click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();

  await page.goto('/profile/security');
  await expect(passkeys(page).filter({ hasText: name })).toContainText('Last used');
  await page.getByRole('button', { name: `Remove the passkey ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('The passkey is removed.')).toBeVisible();
  await expect(passkeys(page).filter({ hasText: name })).toHaveCount(0);

  await page.context().clearCookies();
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('This passkey was not accepted');
});

test('after the password, a passkey stands in for the app’s code', async ({ page }) => {
  const authenticator = await plugAuthenticator(page);
  const member = await becomeStaff(page, 'Pascale');
  await page.goto('/profile/security');
  await page.getByLabel('Name of the new passkey').fill('Laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(passkeys(page)).toContainText('Laptop');

  await page.context().clearCookies();
  await enterStaffPassword(page, member);
  await authenticator.refuse();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('button', { name: 'Use a passkey' })).toBeEnabled();
  await expect(page.getByRole('heading', { level: 1, name: 'Enter your code' })).toBeVisible();

  await authenticator.agree();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();
});

test('without the authenticator’s consent nothing happens', async ({ page }) => {
  const authenticator = await plugAuthenticator(page);
  await authenticator.refuse();
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByRole('button', { name: 'Use a passkey' })).toBeEnabled();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});

test('at a bare address passkeys are not offered', async ({ page, baseURL }) => {
  await page.goto(`${baseURL?.replace('localhost', '127.0.0.1')}/sign-in`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Use a passkey' })).toHaveCount(0);
});
