import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { bulkBar, keptFile, openList, speakEnglish, tick, total } from './portal.ts';

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
});

async function save(page: Page, name: string): Promise<string> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('link', { name: 'Export' }).click();
  const file = keptFile(name);
  await (await waiting).saveAs(file);
  return file;
}

test('the filtered list as CSV, with separator and decimal mark', async ({ page }) => {
  await openList(page, '?kind=credit_note');
  const count = await total(page);
  await page.getByRole('main').getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: `Export ${count} documents` });
  await dialog.getByRole('radio', { name: 'Text (CSV)' }).check();
  await dialog.getByLabel('Separator').selectOption('Tab');
  await dialog.getByLabel('Decimal mark').selectOption('Comma: 1234,50');
  const text = await readFile(await save(page, 'documents.csv'), 'utf8');
  expect(text.startsWith('\uFEFF')).toBe(true);
  const lines = text.trim().split('\r\n');
  expect(lines).toHaveLength(count + 1);
  expect(lines[0]?.split('\t').length).toBeGreaterThan(8);
  expect(text).toMatch(/\t-?\d+,\d{2}\t/);
});

test('selected documents as XLSX, a row for each line', async ({ page }) => {
  await openList(page, '?kind=invoice');
  await tick(page, 2);
  await bulkBar(page).getByRole('button', { name: 'Export' }).click();
  await page.getByRole('dialog').getByRole('radio', { name: 'Invoice line' }).check();
  await save(page, 'lines.xlsx');
});

test('more single documents than an address holds are refused, with a way out', async ({
  page,
}) => {
  await openList(page);
  for (const pages of [1, 2, 3]) {
    await page.getByRole('checkbox', { name: 'Select this page' }).click();
    await expect(bulkBar(page).getByRole('status')).toHaveText(`${pages * 50} selected`);
    if (pages < 3) {
      await page.getByRole('button', { name: 'Next', exact: true }).click();
      await expect(page.getByText(`${pages * 50 + 1}–${pages * 50 + 50} of`)).toBeVisible();
    }
  }
  await bulkBar(page).getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export 150 documents' });
  await expect(dialog.getByRole('alert')).toContainText('select at most 100');
  await expect(dialog.getByRole('link', { name: 'Export' })).toHaveCount(0);
  await expect(dialog.getByRole('button', { name: 'Export' })).toBeDisabled();
});
