import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { staffSessionFile } from './portal.ts';

/** Staff import customers from a CSV file (G2): first what would happen, then what did. */

test.use({ storageState: staffSessionFile() });

const RUN = Date.now();
const dialog = (page: Page) => page.getByRole('dialog');

async function choose(page: Page, content: string) {
  await page.locator('#import-file').setInputFiles({
    name: 'customers.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(content),
  });
}

async function openImport(page: Page) {
  await page.goto('/issuer/customers');
  await page.getByRole('button', { name: 'Import' }).click();
  await expect(dialog(page).getByText('Drop a CSV file')).toBeVisible();
}

test('customers are imported after a preview, and found in the list', async ({ page }) => {
  await openImport(page);
  await choose(
    page,
    [
      'Klantnummer;Naam;Taal;E-mail',
      `IMP${RUN}-1;Brouwerij Zon;nl;zon.${RUN}@brouwerij.example`,
      `IMP${RUN}-2;Café Lune;fr;nobody`,
    ].join('\n'),
  );
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeFocused();
  await expect(dialog(page).getByText('1 row is left out.')).toBeVisible();
  const reject = dialog(page).getByRole('row').nth(1);
  await expect(reject).toContainText(`IMP${RUN}-2`);
  await expect(reject).toContainText('This is not a valid e-mail address.');
  const listed = await page.request.get(`/api/v1/issuer/customers?q=IMP${RUN}`);
  expect((await listed.json()).items).toEqual([]);

  await dialog(page).getByRole('button', { name: 'Import 1 customer number' }).click();
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeFocused();
  await dialog(page).getByRole('button', { name: 'Close' }).last().click();
  await expect(dialog(page)).toHaveCount(0);
  await page.getByRole('searchbox').fill(`IMP${RUN}`);
  await expect(page.getByRole('link', { name: 'Brouwerij Zon' })).toBeVisible();
  await expect(page.getByText('1 customer number', { exact: true })).toBeVisible();
});

test('a file that is none is refused, and another one chosen', async ({ page }) => {
  await openImport(page);
  await choose(page, 'this is a letter');
  await expect(dialog(page).getByRole('alert')).toContainText('does not name the columns');
  await choose(page, `number,name,language,email\nBAD${RUN},No,xx,no\n`);
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: /^Import/ })).toHaveCount(0);
  await dialog(page).getByRole('button', { name: 'Choose another file' }).click();
  await expect(dialog(page).getByText('Drop a CSV file')).toBeVisible();
});

test('the template is a file that the import takes', async ({ page }) => {
  await openImport(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download a template' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('customers.csv');
  await choose(page, await readFile(await download.path(), 'utf8'));
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
});
