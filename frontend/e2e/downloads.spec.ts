import { expect, type Page, test } from '@playwright/test';
import { bulkBar, change, clear, keptFile, openList, speakEnglish, tick } from './portal.ts';

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
  await clear(page, '/downloads');
});
test.afterEach(({ page }) => clear(page, '/downloads'));

async function ask(page: Page) {
  await bulkBar(page).getByRole('button', { name: 'Download' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

const states = (page: Page) => page.locator('[data-download-state]');

test('selected documents come in one ZIP, which is told when ready', async ({ page }) => {
  await openList(page, '?kind=invoice');
  const numbers = await page.locator('[data-row-link]').allTextContents();
  await tick(page, 3);
  const dialog = await ask(page);
  await dialog.getByRole('checkbox', { name: 'CSV of the main data' }).check();
  await dialog.getByRole('button', { name: 'Prepare the ZIP' }).click();
  await expect(page.getByText('Your ZIP is being prepared.')).toBeVisible();
  await expect(page.getByText('Your ZIP is ready.')).toBeVisible({ timeout: 20_000 });
  const rail = page.getByRole('navigation', { name: 'Main menu' });
  await expect(rail.getByText('1 ZIP ready')).toBeAttached();
  await rail.getByRole('link', { name: 'Downloads' }).click();
  await expect(states(page)).toHaveAttribute('data-download-state', 'finished');
  await expect(states(page)).toContainText('PDF, UBL, CSV');
  await expect(states(page)).toContainText('Available until');
  await expect(rail.getByText('1 ZIP ready')).toHaveCount(0);
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download', exact: true }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  await download.saveAs(keptFile('selected.zip'));
  expect(numbers.length).toBeGreaterThan(3);
  await page.getByRole('button', { name: /^Remove the ZIP/ }).click();
  await expect(page.getByRole('heading', { name: 'No ZIPs yet' })).toBeVisible();
});

test('all that match, with progress; only a finished one can be taken', async ({ page }) => {
  let polls = 0;
  await page.route('**/api/v1/downloads?*', async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    polls += 1;
    // The worker is too quick to be watched: it is shown half-way for a while.
    if (polls < 5)
      for (const item of body.items)
        Object.assign(item, { state: 'running', progress: { done: 20, total: 40 } });
    await route.fulfill({ response: answer, json: body });
  });
  await openList(page, '?kind=credit_note');
  await page.getByRole('checkbox', { name: 'Select this page' }).check();
  const dialog = await ask(page);
  await dialog.getByRole('button', { name: 'Prepare the ZIP' }).click();
  await page.getByRole('button', { name: 'Show' }).first().click();
  await expect(page.getByRole('progressbar')).toHaveAttribute('value', '20');
  await expect(page.getByText('20 of 40 documents')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Download', exact: true })).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Download', exact: true })).toBeVisible({
    timeout: 20_000,
  });
});

test('cancelled, then prepared again', async ({ page }) => {
  const filter = { kind: 'invoice' };
  await change(page, 'POST', '/downloads', { filter, formats: ['pdf', 'ubl', 'csv'] });
  await page.goto('/downloads');
  const cancel = page.getByRole('button', { name: /^Cancel the ZIP/ });
  await cancel.click();
  await expect(states(page)).toHaveAttribute('data-download-state', 'cancelled');
  await expect(page.getByRole('link', { name: 'Download', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: /^Prepare the ZIP/ }).click();
  await expect(states(page)).toHaveAttribute('data-download-state', /queued|running|finished/);
});

test('why one failed, and what expired, is said', async ({ page }) => {
  const { id } = await change(page, 'POST', '/downloads', {
    filter: { kind: 'credit_note' },
    formats: ['pdf'],
  });
  const told = (state: string, error: string | null) =>
    page.route('**/api/v1/downloads?*', async (route) => {
      const answer = await route.fetch();
      const body = await answer.json();
      for (const item of body.items) if (item.id === id) Object.assign(item, { state, error });
      await route.fulfill({ response: answer, json: body });
    });
  await told('failed', 'damaged_file');
  await page.goto('/downloads');
  await expect(page.getByText('A file is damaged, so no ZIP was made of it.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Download', exact: true })).toHaveCount(0);
  await page.unrouteAll();
  await told('expired', null);
  await page.reload();
  await expect(page.getByText('Expired: ask for it again to download it.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Prepare the ZIP/ })).toBeVisible();
});

test('a full shelf is explained, with the way to make room', async ({ page }) => {
  await page.route('**/api/v1/downloads', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      json: {
        status: 409,
        code: 'download_quota',
        title: 'Too many archives',
        detail: 'You may keep 100 archives with 100000 documents in all. Remove some first.',
      },
    }),
  );
  await openList(page);
  await tick(page, 1);
  const dialog = await ask(page);
  await dialog.getByRole('button', { name: 'Prepare the ZIP' }).click();
  await expect(dialog.getByRole('alert')).toContainText('You may keep 100 archives');
  await dialog.getByRole('link', { name: 'Remove older ZIPs' }).click();
  await expect(page).toHaveURL(/\/downloads$/);
});
