import { expect, test } from '@playwright/test';
import { bulkBar, openList, rows, speakEnglish, tick, total } from './portal.ts';

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
});

test('first the page, then all that match; it survives paging and a look at a document', async ({
  page,
}) => {
  await openList(page);
  const all = await total(page);
  await page.getByRole('checkbox', { name: 'Select this page' }).check();
  await expect(bulkBar(page).getByRole('status')).toHaveText('50 selected');
  await bulkBar(page)
    .getByRole('button', { name: `Select all ${all} that match` })
    .click();
  await expect(bulkBar(page).getByRole('status')).toHaveText(`All ${all} that match`);
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await expect(page.getByText('51–100 of')).toBeVisible();
  await expect(page.locator('[data-row-check]').first()).toBeChecked();
  await page.locator('[data-row-link]').first().click();
  await expect(page).toHaveURL(/\/documents\/[0-9a-f-]{36}$/);
  await page.getByRole('main').getByRole('link', { name: 'Documents' }).click();
  await expect(bulkBar(page).getByRole('status')).toHaveText(`All ${all} that match`);
  await page.locator('[data-row-check]').first().uncheck();
  await expect(bulkBar(page).getByRole('status')).toHaveText('49 selected');
});

test('another filter clears the selection, and says so; another order does not', async ({
  page,
}) => {
  await openList(page);
  await tick(page, 2);
  await page.getByRole('columnheader', { name: 'Number' }).getByRole('button').click();
  await expect(bulkBar(page).getByRole('status')).toHaveText('2 selected');
  await page.getByRole('complementary', { name: 'Filters' }).getByText('Credit note').click();
  await expect(bulkBar(page)).toBeHidden();
  await expect(page.getByText('The filters changed, so the selection was cleared.')).toBeVisible();
});

test('by keyboard: x ticks, Shift takes the rows between, Escape clears', async ({ page }) => {
  await openList(page);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.locator('[data-row-check]').first()).toBeChecked();
  await page
    .locator('[data-row-check]')
    .nth(3)
    .click({ modifiers: ['Shift'] });
  await expect(bulkBar(page).getByRole('status')).toHaveText('4 selected');
  await page.keyboard.press('Escape');
  await expect(bulkBar(page)).toBeHidden();
  await expect(page.locator('[data-row-check]').first()).not.toBeChecked();
});

test('marking as read and unread, one page or all, with a way back', async ({ page }) => {
  await openList(page);
  await tick(page, 3);
  await bulkBar(page).getByRole('button', { name: 'Mark as unread' }).click();
  await expect(rows(page).nth(2)).toHaveAttribute('data-unread');
  await bulkBar(page).getByRole('button', { name: 'Mark as read' }).click();
  await expect(page.getByText('3 documents marked as read.')).toBeVisible();
  await expect(rows(page).nth(0)).not.toHaveAttribute('data-unread');
  await page.getByRole('button', { name: 'Undo' }).last().click();
  for (const row of [0, 1, 2]) await expect(rows(page).nth(row)).toHaveAttribute('data-unread');

  const unread = Number(
    (await (await page.request.get('/api/v1/documents?unread=true&limit=1&count=true')).json())
      .total,
  );
  await page.getByRole('checkbox', { name: 'Select this page' }).click();
  await bulkBar(page)
    .getByRole('button', { name: /^Select all/ })
    .click();
  await bulkBar(page).getByRole('button', { name: 'Mark as read' }).click();
  await expect(page.getByText(`${unread} documents marked as read.`)).toBeVisible();
  await expect(page.locator('tr[data-unread]')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByText('Undone.').last()).toBeVisible();
  // The words may still be those of the first undoing.
  const unreadAgain = async () => {
    const answer = await page.request.get('/api/v1/documents?unread=true&limit=1&count=true');
    return (await answer.json()).total;
  };
  await expect.poll(unreadAgain).toBe(unread);
});
