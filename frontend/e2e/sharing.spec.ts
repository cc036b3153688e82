import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { change, signIn, speakEnglish } from './portal.ts';

const COLLEAGUE = 'e2e-colleague@example.com';

type SharedUser = { id: string; email: string; grants: { expires_on: string | null }[] };

async function sharedUsers(page: Page): Promise<SharedUser[]> {
  const answer = await page.request.get('/api/v1/shared-users?limit=200');
  return ((await answer.json()) as { items: SharedUser[] }).items;
}

/** Whom an earlier run left behind. */
async function forget(page: Page) {
  for (const { id, email } of await sharedUsers(page))
    if (email === COLLEAGUE) await change(page, 'DELETE', `/shared-users/${id}`);
}

async function noViolations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

// Sharing needs a fresh proof, which the session that other tests share may no longer have.
test.use({ storageState: { cookies: [], origins: [] } });

test.beforeEach(async ({ page }) => {
  await page.goto('/documents');
  const signedIn = page.waitForResponse(/\/auth\/login$/);
  await signIn(page);
  await signedIn;
  await speakEnglish(page);
  await forget(page);
});

test('a person is added, changed and deleted', async ({ page }) => {
  await page.goto('/shared-users');
  await page.getByRole('button', { name: 'Add a shared user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill(COLLEAGUE);
  await dialog.getByLabel('First name').fill('Emma');
  await expect(dialog.getByRole('button', { name: 'Give access' })).toBeDisabled();
  await dialog.getByLabel(/All \d+ present numbers/).check();
  await expect(dialog.getByText('stays hidden until you tick it')).toBeVisible();
  await noViolations(page);
  await dialog.getByRole('button', { name: 'Give access' }).click();
  await expect(page.getByText(`${COLLEAGUE} has been sent an e-mail`)).toBeVisible();
  const row = page.getByRole('listitem').filter({ hasText: COLLEAGUE });
  await expect(row.getByText('Invited')).toBeVisible();
  await expect(row.getByText(/All \d+ present numbers/)).toBeVisible();

  await row.getByRole('button', { name: /Change the access/ }).click();
  await expect(dialog.getByText('The address is never changed.')).toBeVisible();
  await dialog.getByLabel(/All \d+ present numbers/).uncheck();
  const [first] = await dialog.locator('ul input[type=checkbox]').all();
  await first?.check();
  await dialog.getByLabel(/Last day of access/).fill('2099-12-31');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row.getByText(/1 of \d+ numbers/)).toBeVisible();
  const saved = (await sharedUsers(page)).find(({ email }) => email === COLLEAGUE);
  expect(saved?.grants.map(({ expires_on }) => expires_on)).toEqual(['2099-12-31']);

  await row.getByRole('button', { name: /Send .* the invitation again/ }).click();
  await expect(page.getByText('Invitation sent to Emma again')).toBeVisible();
  await row.getByRole('button', { name: 'Delete Emma' }).click();
  await expect(dialog.getByText('loses all access')).toBeVisible();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(row).toHaveCount(0);
});

test('the gear sets how documents are announced, and offers the main contact', async ({ page }) => {
  await page.goto('/customers');
  await noViolations(page);
  const gear = page.getByRole('button', { name: /^Settings of/ }).first();
  await gear.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail with attachments').check();
  await expect(dialog.getByText('allow the sender')).toBeVisible();
  await noViolations(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Settings saved')).toBeVisible();
  await expect(page.getByText('Attachment by e-mail').first()).toBeVisible();

  await gear.click();
  await dialog.getByLabel('E-mail with a link').check();
  await dialog.getByRole('button', { name: 'Hand over the role' }).click();
  await dialog.getByLabel('E-mail address of the new main contact').fill(COLLEAGUE);
  await dialog.getByRole('button', { name: 'Send the offer' }).click();
  await expect(dialog.getByText(`Offered to ${COLLEAGUE}`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await expect(dialog.getByRole('button', { name: 'Hand over the role' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Attachment by e-mail')).toHaveCount(0);
});

test('how often mails come is chosen in the profile', async ({ page }) => {
  await page.goto('/profile');
  const choice = page.getByLabel('Mails about new documents');
  await choice.selectOption('weekly');
  await expect(page.getByText('Choice saved')).toBeVisible();
  await page.reload();
  await expect(choice).toHaveValue('weekly');
  await choice.selectOption('each');
  await expect(page.getByText('Choice saved')).toBeVisible();
});

test('a link that does not open says so', async ({ page }) => {
  await page.goto('/links/nothing');
  await expect(page.getByRole('heading', { name: 'This link no longer opens' })).toBeVisible();
  await noViolations(page);
});
