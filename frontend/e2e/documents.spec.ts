import { expect, test } from '@playwright/test';
import { findDocument, openList, rows, speakEnglish, total } from './portal.ts';

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
});

test('filters live in the URL, show as chips, and can be taken away', async ({ page }) => {
  await openList(page);
  const all = await total(page);
  await page.getByRole('complementary', { name: 'Filters' }).getByText('Credit note').click();
  await expect(page).toHaveURL(/\/documents\?kind=credit_note$/);
  await expect(page.getByRole('main')).toContainText('documents match');
  expect(await total(page)).toBeLessThan(all);
  for (const row of await rows(page).all()) {
    await expect(row.getByRole('cell').nth(1)).toHaveText('Credit note');
    await expect(row.getByRole('cell').nth(6)).toContainText('\u2212');
  }
  await page.reload();
  await expect(rows(page).first().getByRole('cell').nth(1)).toHaveText('Credit note');
  await page.getByRole('button', { name: /^Credit note, remove this filter/ }).click();
  await expect(page).toHaveURL(/\/documents$/);
  await expect.poll(() => total(page)).toBe(all);
});

test('amounts are understood as people write them', async ({ page }) => {
  await openList(page);
  const from = page.getByRole('group', { name: 'Amount including VAT' }).getByLabel('From');
  await from.fill('1 000,50');
  await expect(page).toHaveURL(/amount_min=1000.50$/);
  await from.fill('1,000.50');
  await expect(page).toHaveURL(/amount_min=1000.50$/);
  await from.fill('a lot');
  await expect(page.getByText('Write an amount, such as 1,234.50')).toBeVisible();
  await expect(page).toHaveURL(/amount_min=1000.50$/);
});

test('dates can be typed, or chosen by a preset', async ({ page }) => {
  await openList(page);
  const period = page.getByRole('group', { name: 'Date' });
  await period.getByRole('button', { name: 'This year' }).click();
  const year = new Date().getFullYear();
  await expect(page).toHaveURL(`/documents?issued_from=${year}-01-01&issued_to=${year}-12-31`);
  await period.getByLabel('From').fill('1/2/2025');
  await period.getByLabel('From').press('Tab');
  await expect(page).toHaveURL(/issued_from=2025-02-01/);
});

test('what the list shows is fetched once, ahead of the code that asks for it', async ({
  page,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith('/api/')) asked.push(`${request.resourceType()} ${pathname}${search}`);
  });
  await openList(page);
  for (const path of ['me', 'portal', 'documents?limit=50&count=true']) {
    const times = asked.filter((line) => line.endsWith(` /api/v1/${path}`));
    expect(times, path).toHaveLength(1);
  }
});

test('junk in the URL is dropped', async ({ page }) => {
  await openList(page, '?kind=nonsense&sort=-issue_date&amount_min=abc&issued_from=2025-02-30&x=1');
  await expect(page).toHaveURL(/\/documents$/);
});

test('columns sort, both ways, and say so', async ({ page }) => {
  await openList(page);
  const header = page.getByRole('columnheader', { name: 'Amount incl. VAT' });
  await header.getByRole('button').click();
  await expect(page).toHaveURL(/sort=-amount$/);
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  await header.getByRole('button').click();
  await expect(page).toHaveURL(/sort=amount$/);
  await expect(header).toHaveAttribute('aria-sort', 'ascending');
  await page.goBack();
  await expect(header).toHaveAttribute('aria-sort', 'descending');
});

test('pages go on and back without losing their place', async ({ page }) => {
  await openList(page);
  const first = await rows(page).first().getByRole('link').textContent();
  const pager = page.getByRole('navigation', { name: /of/ });
  await expect(pager).toContainText('1–50 of');
  await pager.getByRole('button', { name: 'Next' }).click();
  await expect(pager).toContainText('51–100 of');
  await page.reload();
  await expect(pager).toContainText('51–100 of');
  await pager.getByRole('button', { name: 'Previous' }).click();
  await expect(pager).toContainText('1–50 of');
  await expect(rows(page).first().getByRole('link')).toHaveText(first ?? '');
});

test('one customer number, free text, and nothing found', async ({ page }) => {
  await openList(page);
  const all = await total(page);
  await page.getByLabel('Customer number').selectOption({ index: 1 });
  await expect(page).toHaveURL(/customer_id=/);
  await expect.poll(() => total(page)).toBeLessThan(all);
  await page.getByRole('button', { name: 'Clear all filters' }).click();
  await page.getByRole('searchbox').fill('no document has this word');
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
});

test('opening marks as read, and the row menu undoes it', async ({ page }) => {
  const { number } = await findDocument(page, ({ files }) => files.includes('pdf'));
  await openList(page);
  const row = rows(page).filter({ has: page.getByRole('link', { name: number }) });
  await row.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: number })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Documents' }).click();
  await expect(row).not.toHaveAttribute('data-unread');
  await row.getByRole('button', { name: `Actions for ${number}` }).click();
  await page.getByRole('menuitem', { name: 'Mark as unread' }).click();
  await expect(row).toHaveAttribute('data-unread');
  await expect(row.getByRole('link')).toHaveText(`${number}, unread`);
});

test('a phone gets cards, and the filters in a drawer', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openList(page);
  await expect(page.getByRole('table')).toHaveCount(0);
  await page.getByRole('button', { name: 'Filters', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('switch', { name: 'Unread only' }).click();
  await expect(page).toHaveURL(/unread=true$/);
  await drawer.getByRole('button', { name: /^(Show|No document)/ }).click();
  await expect(page.getByRole('button', { name: 'Filters (1)' })).toBeVisible();
});

test('the list fits every width, in the language with the longest words', async ({ page }) => {
  await page.request.patch('/api/v1/me', {
    data: { language: 'de' },
    headers: { 'X-Requested-With': 'i-portal' },
  });
  for (const width of [320, 390, 767, 780, 820, 992, 1024, 1280, 1360, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto('/documents');
    await expect(page.locator('[data-row-link]').first()).toBeVisible();
    const tooWide = await page.evaluate(() => {
      const edge = document.documentElement.clientWidth;
      const frame = document.querySelector('table')?.parentElement;
      const table = document.querySelector('table')?.getBoundingClientRect().width ?? 0;
      return {
        page: document.documentElement.scrollWidth - edge,
        table: frame ? Math.max(0, Math.round(table - frame.clientWidth)) : 0,
      };
    });
    expect([width, tooWide]).toEqual([width, { page: 0, table: 0 }]);
  }
});
