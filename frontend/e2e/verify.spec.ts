import { Buffer } from 'node:buffer';
import { expect, type Page, test } from '@playwright/test';
import { findDocument, speakEnglish } from './portal.ts';

// The file is read in a process that lets whoever else is at work on the machine go first.
const PATIENTLY = { timeout: 30_000 };

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name });

/** A sealed PDF of the demo, as its reader downloads it. */
async function sealed(page: Page): Promise<Buffer> {
  const { id } = await findDocument(page, ({ files }) => files.includes('pdf'), '&kind=invoice');
  return (await page.request.get(`/api/v1/documents/${id}/pdf`)).body();
}

async function check(page: Page, name: string, buffer: Buffer) {
  await page.locator('#verify-file').setInputFiles({ name, mimeType: 'application/pdf', buffer });
}

test.use({ locale: 'en-GB' });

test('a sealed PDF is genuine, a changed one is not, and words say what to do', async ({
  page,
}) => {
  const pdf = await sealed(page);
  await speakEnglish(page);
  await page.goto('/verify');
  await check(page, 'invoice.pdf', pdf);
  await expect(heading(page, 'Genuine and unchanged')).toBeFocused(PATIENTLY);
  await page.getByRole('button', { name: 'Check another file' }).click();

  await check(page, 'changed.pdf', Buffer.concat([pdf, Buffer.from('x')]));
  await expect(heading(page, 'Changed after we sealed it')).toBeFocused(PATIENTLY);
  await expect(page.getByText('do not pay from this file')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Find the original' })).toBeVisible();
});

test('dropping a file works, and what is no PDF is refused in place', async ({ page }) => {
  await speakEnglish(page);
  await page.goto('/verify');
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['hello'], 'hello.pdf', { type: 'application/pdf' }));
    return transfer;
  });
  await page.locator('label[for=verify-file]').dispatchEvent('drop', { dataTransfer: data });
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.locator('#verify-file')).toBeEnabled();
});

test.describe('signed out', () => {
  test.use({ storageState: { cookies: [], origins: [] } });
  test('anyone finds the page from the sign-in', async ({ page }) => {
    await page.goto('/sign-in');
    await page.locator('a[href="/verify"]').click();
    await expect(page).toHaveURL(/\/verify$/);
    await expect(page.locator('#verify-file')).toBeAttached();
  });
});

test('the detail tells seal, certificate and which file is the original', async ({ page }) => {
  const { id } = await findDocument(page, ({ files }) => files.includes('ubl'), '&kind=invoice');
  await page.goto(`/documents/${id}`);
  const panel = page.locator('section', { has: page.locator('a[href="/verify"]') });
  await expect(panel).toContainText('PAdES B-B');
  await expect(panel.locator('code').last()).toHaveText(/^[0-9a-f]{64}$/);
});
