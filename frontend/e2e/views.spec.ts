import { expect, test } from '@playwright/test';
import { clear, openList, speakEnglish } from './portal.ts';

test.beforeEach(async ({ page }) => {
  await speakEnglish(page);
  await clear(page, '/documents/views');
});
test.afterEach(({ page }) => clear(page, '/documents/views'));

test('filters are saved, opened, renamed, deleted, and brought back', async ({ page }) => {
  await openList(page);
  const menu = page.getByRole('button', { name: 'Views' });
  await menu.click();
  await expect(page.getByText('No saved views yet')).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Save these filters…' })).toBeDisabled();
  await page.keyboard.press('Escape');

  await openList(page, '?kind=invoice&amount_min=10&sort=amount');
  await menu.click();
  await page.getByRole('menuitem', { name: 'Save these filters…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the view').fill('Small ones');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The view “Small ones” is saved.')).toBeVisible();

  await menu.click();
  await page.getByRole('menuitem', { name: 'Save these filters…' }).click();
  await dialog.getByLabel('Name of the view').fill('small ONES');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('There is a view “small ONES” already.');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await openList(page);
  await menu.click();
  await page.getByRole('menuitem', { name: 'Small ones' }).click();
  await expect(page).toHaveURL(/\/documents\?kind=invoice&amount_min=10&sort=amount$/);

  await menu.click();
  await page.getByRole('menuitem', { name: 'Rename or delete…' }).click();
  await dialog.getByLabel('New name for Small ones').fill('Cheap');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('New name for Cheap')).toBeVisible();
  await dialog.getByRole('button', { name: 'Delete the view Cheap' }).click();
  await expect(dialog.getByText('No saved views yet')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog.getByLabel('New name for Cheap')).toBeVisible();
});
