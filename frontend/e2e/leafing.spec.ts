import { expect, type Page, test } from '@playwright/test';
import { change, findDocument, openList, rows, speakEnglish } from './portal.ts';

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
});

const leafing = (page: Page) => page.getByRole('navigation', { name: 'Documents of the list' });
const title = (page: Page) => page.getByRole('heading', { level: 1 });

test('next and previous follow the filtered list, by button and by key, over its pages', async ({
  page,
}) => {
  await openList(page, '?kind=invoice&sort=number');
  const numbers = await page.locator('[data-row-link]').allTextContents();
  const named = (index: number) => (numbers.at(index) ?? '').replace(', unread', '');
  await page.locator('[data-row-link]').nth(1).click();
  await expect(title(page)).toHaveText(named(1));
  await expect(leafing(page)).toContainText('2 of');
  await leafing(page).getByRole('button', { name: 'Next document' }).click();
  await expect(title(page)).toHaveText(named(2));
  await page.keyboard.press('k');
  await expect(title(page)).toHaveText(named(1));
  await page.keyboard.press('k');
  await expect(title(page)).toHaveText(named(0));
  await expect(leafing(page).getByRole('button', { name: 'Previous document' })).toBeDisabled();
  await page.goBack();
  await expect(page).toHaveURL(/\/documents\?kind=invoice&sort=number$/);

  await page.locator('[data-row-link]').nth(49).click();
  await expect(leafing(page)).toContainText('50 of');
  await page.keyboard.press('j');
  await expect(leafing(page)).toContainText('51 of');
  await expect(title(page)).not.toHaveText(named(49));
  await page.getByRole('main').getByRole('link', { name: 'Documents' }).click();
  await expect(page.getByText('51–100 of')).toBeVisible();
  await page.locator('[data-row-link]').first().click();
  await page.keyboard.press('k');
  await expect(title(page)).toHaveText(named(49));
});

test('a list of unread documents can be read through', async ({ page }) => {
  const { items } = await (await page.request.get('/api/v1/documents?limit=3')).json();
  const document_ids = (items as { id: string }[]).map(({ id }) => id);
  await change(page, 'POST', '/documents/read', { document_ids, read: false });
  await openList(page, '?unread=true');
  await page.locator('[data-row-link]').first().click();
  await expect(leafing(page)).toContainText('1 of');
  await page.keyboard.press('j');
  await expect(leafing(page)).toContainText('2 of');
  await page.keyboard.press('j');
  await expect(leafing(page)).toContainText('3 of');
  await page.keyboard.press('k');
  await expect(leafing(page)).toContainText('2 of');
});

test('a document that was not opened from a list has no neighbours', async ({ page }) => {
  const { id, number } = await findDocument(page, () => true);
  await page.goto(`/documents/${id}`);
  await expect(title(page)).toHaveText(number);
  await expect(leafing(page)).toHaveCount(0);
});

test('tags are changed on the document itself, and stand in the list at once', async ({ page }) => {
  const { id, number, tags } = await findDocument(page, ({ tags }) => tags.length === 0);
  expect(tags).toEqual([]);
  const tag = await change(page, 'POST', '/tags', { name: 'e2e one', color: '#ffffff' });
  try {
    await openList(page, `?number=${number}`);
    await page.getByRole('link', { name: number }).first().click();
    await page.getByRole('button', { name: 'Add a tag' }).click();
    await page.getByRole('button', { name: 'Add the tag e2e one' }).click();
    await expect(page.getByText('“e2e one” added to 1 document.')).toBeVisible();
    await page.keyboard.press('Escape');
    const own = page.getByRole('main').getByRole('list', { name: 'Tags' });
    await expect(own).toHaveText('e2e one');
    await page.getByRole('main').getByRole('link', { name: 'Documents' }).click();
    await expect(rows(page).first().getByRole('list', { name: 'Tags' })).toHaveText('e2e one');
    await page.goto(`/documents/${id}`);
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByRole('button', { name: 'Remove the tag e2e one' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('Undone.')).toBeVisible();
  } finally {
    await change(page, 'DELETE', `/tags/${tag.id}`);
  }
});

test('only a credit transfer shows what to pay, to whom, and a QR code', async ({ page }) => {
  const { items } = await (
    await page.request.get('/api/v1/documents?kind=invoice&limit=60')
  ).json();
  const seen = new Set<string>();
  for (const { id } of items as { id: string }[]) {
    const { payment } = await (await page.request.get(`/api/v1/documents/${id}`)).json();
    const means = payment?.means as string | undefined;
    if (!means || seen.has(means)) continue;
    seen.add(means);
    await page.goto(`/documents/${id}`);
    await expect(page.getByRole('heading', { name: 'VAT breakdown' })).toBeVisible();
    const isTransfer = ['30', '58'].includes(means);
    const qr = page.getByRole('img', { name: 'QR code with the details of the transfer' });
    await expect(qr).toHaveCount(isTransfer ? 1 : 0);
    await expect(page.getByText('Scan with your banking app')).toHaveCount(isTransfer ? 1 : 0);
    if (isTransfer) await expect(page.getByText(payment.structured_communication)).toBeVisible();
    else await expect(page.getByRole('heading', { name: 'Pay by bank transfer' })).toHaveCount(0);
  }
  expect(seen.size).toBeGreaterThan(1);
});
