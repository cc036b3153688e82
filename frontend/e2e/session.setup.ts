import { expect, test as setup } from '@playwright/test';
import { openList, SESSION_FILE, STAFF_SESSION_FILE, signIn, speakEnglish } from './portal.ts';
import { becomeStaff } from './staff.ts';

setup('sign in once for all tests', async ({ page }) => {
  await page.goto('/');
  await signIn(page);
  await expect(page).toHaveURL(/\/(documents|welcome|two-factor)$/);
  await speakEnglish(page);
  // The offer of a second factor has its own tests.
  const headers = { 'X-Requested-With': 'i-portal' };
  expect((await page.request.post('/api/v1/me/mfa/postpone', { headers })).status()).toBe(204);
  // The browser remembers the language of its last page, and pages for everybody are shown in it.
  await openList(page);
  await page.context().storageState({ path: SESSION_FILE });
});

setup('become staff once for what only they see', async ({ page }) => {
  await becomeStaff(page, 'Ines');
  await openList(page);
  await page.context().storageState({ path: STAFF_SESSION_FILE });
});
