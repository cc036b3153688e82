import { expect, test as setup } from '@playwright/test';
import { SESSION_FILE, signIn, speakEnglish } from './portal.ts';

setup('sign in once for all tests', async ({ page }) => {
  await page.goto('/');
  await signIn(page);
  await expect(page).toHaveURL(/\/(documents|welcome)$/);
  await speakEnglish(page);
  await page.context().storageState({ path: SESSION_FILE });
});
