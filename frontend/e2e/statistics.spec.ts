import { expect, test } from '@playwright/test';
import { speakEnglish } from './portal.ts';

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
});

test('months and contracts have a chart and its table, which leads to the documents', async ({
  page,
}) => {
  await page.goto('/statistics');
  const months = page.getByRole('table').first();
  await expect(months.getByRole('columnheader', { name: 'Month' })).toBeVisible();
  const { items } = await (
    await page.request.get('/api/v1/documents/statistics?by=month&limit=36')
  ).json();
  const latest = items.at(-1);
  const row = months.getByRole('row').nth(1);
  await expect(row.getByRole('cell').first()).toHaveText(String(latest.documents));
  const shown = (await row.getByRole('cell').last().textContent()) ?? '';
  expect(shown.replace(/[^\d.]/g, '')).toBe(latest.amount_incl_vat.replace('-', ''));
  await row.getByRole('link').click();
  await expect(page).toHaveURL(new RegExp(`issued_from=${latest.key}-01&issued_to=${latest.key}`));
  await expect(page.getByText(`${latest.documents} document`)).toBeVisible();
});

test('by reference, for one customer number, in one period; nothing is said to be nothing', async ({
  page,
}) => {
  await page.goto('/statistics');
  await page.getByRole('button', { name: 'Your reference' }).click();
  await expect(page.getByRole('heading', { name: 'Invoiced per reference' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Your reference' })).toBeVisible();
  await page.getByLabel('Customer number').selectOption({ index: 1 });
  await expect(page).toHaveURL(/customer_id=/);
  await page.getByRole('button', { name: 'Last quarter' }).click();
  await expect(page).toHaveURL(/issued_from=.*issued_to=/);
  await expect(page.getByRole('table').first().getByRole('row')).toHaveCount(4);
  await page.goto('/statistics?issued_from=1999-01-01&issued_to=1999-12-31&customer_id=junk');
  await expect(page).toHaveURL(/\/statistics\?issued_from=1999-01-01&issued_to=1999-12-31$/);
  await expect(page.getByRole('heading', { name: 'Nothing was invoiced here' })).toBeVisible();
});
