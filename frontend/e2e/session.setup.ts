import { expect, test as setup } from '@playwright/test';
import { openList, sessionFile, signIn, speakEnglish, staffSessionFile } from './portal.ts';
import { portals, workOn } from './portals.ts';
import { becomeStaff } from './staff.ts';

for (const index of portals.keys()) {
  setup.describe(`portal ${index + 1}`, () => {
    setup.use({ baseURL: portals[index]?.E2E_BASE_URL });
    setup.beforeEach(() => workOn(index));

    setup('sign in once for all tests', async ({ page }) => {
      await page.goto('/');
      await signIn(page);
      await expect(page).toHaveURL(/\/(documents|welcome|two-factor)$/);
      await speakEnglish(page);
      // The offer of a second factor has its own tests.
      const headers = { 'X-Requested-With': 'i-portal' };
      const answer = await page.request.post('/api/v1/me/mfa/postpone', { headers });
      expect(answer.status()).toBe(204);
      // The browser remembers the language of its last page: pages for everybody are shown in it.
      await openList(page);
      await page.context().storageState({ path: sessionFile() });
    });

    setup('become staff once for what only they see', async ({ page }) => {
      await becomeStaff(page, 'Ines');
      await openList(page);
      await page.context().storageState({ path: staffSessionFile() });
    });
  });
}
