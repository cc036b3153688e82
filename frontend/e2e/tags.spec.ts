import { expect, type Page, test } from '@playwright/test';
import { bulkBar, change, findDocument, openList, rows, speakEnglish, tick } from './portal.ts';

const OURS = /^e2e/;

/** The reader's own tags stay; those of these tests go. */
async function forget(page: Page) {
  const { items } = await (await page.request.get('/api/v1/tags?limit=200')).json();
  for (const { id, name } of items as { id: string; name: string }[])
    if (OURS.test(name)) await change(page, 'DELETE', `/tags/${id}`);
}

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
  await forget(page);
});
test.afterEach(({ page }) => forget(page));

const make = (page: Page, name: string) =>
  change(page, 'POST', '/tags', { name, color: '#d64545' });

test('a tag is made, refused, changed, deleted, and brought back', async ({ page }) => {
  await page.goto('/settings/tags');
  await page.getByRole('button', { name: 'New tag' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByText('Give the tag a name.')).toBeVisible();
  await dialog.getByLabel('Name').fill('e2e a name that is much longer');
  await expect(dialog.getByLabel('Name')).toHaveValue('e2e a name that is m');
  await expect(dialog.getByText('20 of 20 characters')).toBeVisible();
  await dialog.getByLabel('Name').fill('e2e fleet');
  await dialog.getByRole('radio', { name: 'Pink' }).check();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('listitem').filter({ hasText: 'e2e fleet' });
  await expect(row).toContainText('No document');

  await page.getByRole('button', { name: 'New tag' }).click();
  await dialog.getByLabel('Name').fill('E2E Fleet');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('There is a tag “E2E Fleet” already.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await row.getByRole('button', { name: 'Change the tag e2e fleet' }).click();
  await dialog.getByLabel('Name').fill('e2e vans');
  await dialog.getByRole('radio', { name: 'Another one' }).check();
  await dialog.getByLabel('Code').fill('#12345');
  await expect(dialog.getByText('Write the colour as #2f855a.')).toBeVisible();
  await dialog.getByLabel('Code').fill('#123456');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const { items } = await (await page.request.get('/api/v1/tags?limit=200')).json();
  expect(items).toContainEqual(expect.objectContaining({ name: 'e2e vans', color: '#123456' }));

  await page.getByRole('button', { name: 'Delete the tag e2e vans' }).click();
  await expect(page.getByText('The tag “e2e vans” is deleted.')).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'e2e vans' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'e2e vans' })).toHaveCount(1);
});

test('many documents get a tag and lose it, each with a way back; the list is filtered by it', async ({
  page,
}) => {
  await openList(page, '?kind=credit_note');
  await tick(page, 3);
  await bulkBar(page).getByRole('button', { name: 'Tags' }).click();
  const dialog = page.getByRole('dialog', { name: 'Tags of 3 documents' });
  await dialog.getByRole('button', { name: 'New tag' }).click();
  await dialog.getByLabel('Name').fill('e2e check');
  await dialog.getByRole('button', { name: 'Create and add' }).click();
  await expect(page.getByText('“e2e check” added to 3 documents.')).toBeVisible();
  for (const row of [0, 1, 2])
    await expect(rows(page).nth(row).getByText('e2e check')).toBeVisible();
  await dialog.getByRole('button', { name: 'Remove the tag e2e check' }).click();
  await expect(page.getByText('“e2e check” removed from 3 documents.')).toBeVisible();
  await expect(rows(page).filter({ hasText: 'e2e check' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(rows(page).filter({ hasText: 'e2e check' })).toHaveCount(3);
  await page.keyboard.press('Escape');

  await page.goto('/documents');
  const filter = page.getByRole('complementary', { name: 'Filters' });
  await filter.getByRole('button', { name: 'e2e check' }).click();
  await expect(page).toHaveURL(/tag_id=/);
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('button', { name: 'Tag: e2e check, remove this filter' }).click();
  await expect(page).toHaveURL(/\/documents$/);
});

test('a fifth tag is refused for all, and the list shows what is true', async ({ page }) => {
  const { id, number, tags } = await findDocument(page, () => true);
  const four = [];
  for (let n = tags.length; n < 4; n += 1) four.push((await make(page, `e2e ${n}`)).id);
  const fifth = await make(page, 'e2e fifth');
  if (four.length > 0)
    await change(page, 'POST', '/documents/tags', { document_ids: [id], add: four });
  await openList(page);
  await tick(page, 2);
  await bulkBar(page).getByRole('button', { name: 'Tags' }).click();
  await page.getByRole('button', { name: `Add the tag ${fifth.name}` }).click();
  const refusal = page.getByRole('dialog').getByRole('alert');
  await expect(refusal).toContainText(number);
  await expect(refusal).toContainText('Nothing was changed');
  await expect(rows(page).filter({ hasText: 'e2e fifth' })).toHaveCount(0);
});

test('a tag that is gone meanwhile is refused, and taken off the screen', async ({ page }) => {
  const { id } = await make(page, 'e2e gone');
  await openList(page);
  await tick(page, 1);
  await bulkBar(page).getByRole('button', { name: 'Tags' }).click();
  const add = page.getByRole('button', { name: 'Add the tag e2e gone' });
  await expect(add).toBeVisible();
  await change(page, 'DELETE', `/tags/${id}`);
  await add.click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('does not exist');
  await expect(add).toBeHidden();
  await expect(rows(page).first()).not.toContainText('e2e gone');
});
