import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { publishFor } from './issuer.ts';
import { codeTo, linkIn, mailTo } from './mailbox.ts';
import { change, sessionFile, staffSessionFile } from './portal.ts';
import { becomeStaff, enterStaffPassword } from './staff.ts';

/** The back office (G3, E4): a customer who calls, a mail that came back, a wrong document. */

const CONTACT = `luc.rappel.${Date.now()}@atelier.example`;
const UBL = path.join(import.meta.dirname, '../../tests/data/ubl');

test.use({ storageState: staffSessionFile() });
test.describe.configure({ timeout: 180_000 });

const title = (page: Page, text: string) =>
  expect(page.getByRole('heading', { level: 1, name: text })).toBeVisible();

test.describe('one customer', () => {
  test.describe.configure({ mode: 'serial' });
  let customer = '';
  let number = '';
  let link = '';

  test('is found by the contact’s address and invited again', async ({ page }) => {
    ({ customer, number } = await publishFor(CONTACT));
    link = linkIn(await mailTo(CONTACT, ({ text }) => text.includes('/links/')), 'links');
    await page.goto('/documents');
    await page.getByRole('link', { name: 'Customers' }).click();
    await title(page, 'Customers');
    await page.getByRole('searchbox').fill(CONTACT.toUpperCase());
    await expect(page.getByText('1 customer number', { exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'Atelier Neuf' }).click();
    await title(page, 'Atelier Neuf');
    await expect(page.getByText('Not activated')).toBeVisible();
    await expect(page.getByRole('link', { name: number })).toBeVisible();
    const asked = Date.now();
    await page.getByRole('button', { name: `Invite again: ${CONTACT}` }).click();
    await expect(page.getByText(`A new invitation to ${CONTACT} is on its way.`)).toBeVisible();
    const mail = await mailTo(CONTACT, ({ text }) => text.includes('/invitations/'), asked);
    expect(linkIn(mail, 'invitations')).toContain('/invitations/');
  });

  test('a mail that came back is seen, and sent again', async ({ page }) => {
    await page.goto(`/issuer/deliveries?customer_number=${customer}`);
    await expect(page.getByRole('row')).toHaveCount(2);
    await expect(page.getByRole('row').nth(1)).toContainText('Sent');
    const query = `/api/v1/issuer/deliveries?customer_number=${customer}`;
    const { items } = await (await page.request.get(query)).json();
    await change(page, 'POST', '/issuer/bounces', {
      message_id: `<${items[0].id}@lumen-lease.example>`,
      status: '5.1.1',
      reason: 'no such user here',
    });
    await page.getByRole('button', { name: 'Came back' }).click();
    await expect(page).toHaveURL(/state=bounced/);
    const row = page.getByRole('row').nth(1);
    await expect(row).toContainText('no such user here');
    await page.goto(`/issuer/customers/${customer}`);
    await expect(page.getByText('A mail did not arrive')).toBeVisible();
    await page.goto(`/issuer/deliveries?customer_number=${customer}`);
    const asked = Date.now();
    await page.getByRole('button', { name: `Send again to ${CONTACT}` }).click();
    await expect(page.getByText(`The mail to ${CONTACT} is on its way again.`)).toBeVisible();
    await expect(row).not.toContainText('no such user here');
    await mailTo(CONTACT, ({ text }) => text.includes(number), asked);
  });

  test('the links of a document are closed, and the document withdrawn', async ({
    page,
    browser,
  }) => {
    const stranger = await (await browser.newContext({ storageState: undefined })).newPage();
    await stranger.goto(link);
    await expect(stranger.getByText(number).first()).toBeVisible();
    await page.goto(`/issuer/customers/${customer}`);
    await page.getByRole('link', { name: number }).click();
    await title(page, number);
    await page.getByRole('button', { name: 'Close the links' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close the links' }).click();
    await expect(page.getByText('The links are closed.')).toBeVisible();
    await expect(page.getByText('Links in mails closed')).toBeVisible();
    await stranger.reload();
    await expect(stranger.getByText(number)).toHaveCount(0);
    await stranger.context().close();

    await page.getByRole('button', { name: 'Withdraw' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Withdraw' }).click();
    await expect(dialog.getByLabel('Reason')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('Reason').fill('Sent to the wrong customer.');
    await dialog.getByRole('button', { name: 'Withdraw' }).click();
    await expect(page.getByText('This document was withdrawn by its issuer.')).toBeVisible();
    await expect(page.getByRole('listitem').getByText('Sent to the wrong customer.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Withdraw' })).toHaveCount(0);
  });

  test('the audit trail tells all of it', async ({ page }) => {
    await page.goto(`/issuer/customers/${customer}`);
    await page.getByRole('link', { name: 'Audit trail of this' }).click();
    await title(page, 'Audit trail');
    for (const event of [
      'Document withdrawn',
      'Links in mails closed',
      'Mail came back',
      'Invitation sent again',
      'Customer number created',
    ]) {
      await expect(page.getByRole('cell', { name: event })).toBeVisible();
    }
    await page.getByLabel('Event').selectOption('Document withdrawn');
    await expect(page.getByRole('row')).toHaveCount(2);
    await expect(page.getByRole('row').nth(1)).toContainText('Ines Bureau');
    await expect(page.getByRole('row').nth(1)).toContainText('Sent to the wrong customer.');
  });
});

test('an e-invoice is checked without publishing it', async ({ page }) => {
  await page.goto('/issuer/validation');
  const check = async (name: string) => {
    const buffer = await readFile(path.join(UBL, name));
    await page
      .locator('#validation-file')
      .setInputFiles({ name, mimeType: 'application/xml', buffer });
  };
  await check('be-multi-rate-21-12-6-0.xml');
  await expect(page.getByRole('heading', { name: 'This file follows the rules' })).toBeFocused();
  await page.getByRole('button', { name: 'Check another file' }).click();
  await check('bad-br-co-10-line-sum.xml');
  await expect(page.getByRole('heading', { name: /^This file breaks/ })).toBeFocused();
  await expect(page.getByText('BR-CO-10', { exact: true })).toBeVisible();
  await expect(page.getByText('Publishing would refuse it.')).toBeVisible();
});

test('sec_R3 staff change their device: password, mailed code, new QR code', async ({
  browser,
}) => {
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const page = await context.newPage();
  const member = await becomeStaff(page, 'Odile');
  const lost = await member.phone.code();
  await context.clearCookies();
  await enterStaffPassword(page, member);
  await page.getByRole('button', { name: 'I no longer have my app' }).click();
  const asked = Date.now();
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Six-digit code').fill(await codeTo(member.recovery, asked));
  await expect(page.getByRole('img', { name: /QR/ })).toBeVisible();
  await member.phone.scan(page);
  await page.getByLabel('Six-digit code').fill(await member.phone.code());
  await title(page, 'Documents');

  await context.clearCookies();
  await enterStaffPassword(page, member);
  await page.getByLabel('Six-digit code').fill(lost);
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Six-digit code').fill(await member.phone.code());
  await title(page, 'Documents');
  await context.close();
});

test.describe('a customer', () => {
  test.use({ storageState: sessionFile() });

  test('sees nothing of the back office', async ({ page }) => {
    await page.goto('/documents');
    await title(page, 'Documents');
    await expect(page.getByText('Back office')).toHaveCount(0);
    const pages = ['customers', 'customers/DL100312', 'deliveries', 'audit', 'validation'];
    for (const place of [...pages, 'webhooks', 'webhooks/01890000-0000-7000-8000-000000000000']) {
      await page.goto(`/issuer/${place}`);
      await title(page, 'This page does not exist');
    }
  });
});
