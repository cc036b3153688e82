import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { findDocument, openList, speakEnglish } from './portal.ts';

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
});

test('figures on the left, the PDF on the right', async ({ page }) => {
  const found = await findDocument(
    page,
    ({ files }) => files.includes('ubl') && files.includes('pdf'),
    '&kind=invoice',
  );
  await page.goto(`/documents/${found.id}`);
  await expect(page.getByRole('heading', { level: 1, name: found.number })).toBeVisible();
  await expect(page.getByText('Amount including VAT')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'VAT breakdown' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'History' })).toBeVisible();

  const viewer = page.getByRole('region', { name: `PDF of ${found.number}` });
  const canvas = viewer.locator('canvas').first();
  await expect(canvas).toBeVisible();
  const inked = await canvas.evaluate((element: HTMLCanvasElement) => {
    const context = element.getContext('2d');
    const { data } = context?.getImageData(0, 0, element.width, element.height) ?? { data: [] };
    return data.filter((value, index) => index % 4 === 0 && value < 128).length;
  });
  expect(inked).toBeGreaterThan(200);
  await expect(viewer).toContainText(found.number);

  const toolbar = page.getByRole('toolbar', { name: 'PDF tools' });
  await expect(toolbar).toContainText(/1 \/ \d/);
  const before = await canvas.evaluate((element: HTMLCanvasElement) => element.width);
  await toolbar.getByRole('button', { name: 'Zoom in' }).click();
  await expect
    .poll(() =>
      viewer
        .locator('canvas')
        .first()
        .evaluate((el: HTMLCanvasElement) => el.width),
    )
    .toBeGreaterThan(before);
});

test('PDF, UBL and CSV can be downloaded', async ({ page }) => {
  const found = await findDocument(
    page,
    ({ files }) => files.includes('ubl') && files.includes('pdf'),
  );
  await page.goto(`/documents/${found.id}`);
  const starts: [string, RegExp, string][] = [
    ['Download PDF', /\.pdf$/, '%PDF-'],
    ['Download UBL (XML)', /\.xml$/, '<'],
    ['Download CSV', /\.csv$/, ''],
  ];
  for (const [name, fileName, start] of starts) {
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('menuitem', { name }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toMatch(fileName);
    const content = await readFile(await download.path(), 'utf8');
    expect(content.replace('\uFEFF', '').startsWith(start)).toBe(true);
    expect(content.length).toBeGreaterThan(50);
  }
  await page.reload();
  await expect(page.getByText('UBL downloaded').first()).toBeVisible();
});

test('the way back keeps the filters', async ({ page }) => {
  await openList(page, '?kind=invoice&sort=number');
  await page.locator('[data-row-link]').first().click();
  await expect(page).toHaveURL(/\/documents\/[0-9a-f-]{36}$/);
  await page.reload();
  await page.getByRole('main').getByRole('link', { name: 'Documents' }).click();
  await expect(page).toHaveURL(/\/documents\?kind=invoice&sort=number$/);
});

test('a document that may not be seen is as absent as one that does not exist', async ({
  page,
}) => {
  for (const id of ['01890000-0000-7000-8000-000000000000', 'nonsense']) {
    await page.goto(`/documents/${id}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'This document cannot be shown',
    );
  }
});

test('when the viewer fails, a link remains', async ({ page }) => {
  const { id } = await findDocument(page, ({ files }) => files.includes('pdf'));
  await page.route('**/pdf?disposition=inline', (route) => route.abort());
  await page.goto(`/documents/${id}`);
  await expect(page.getByRole('link', { name: 'Open the PDF itself' })).toBeVisible();
});
