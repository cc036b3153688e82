import { expect, type Page, test } from '@playwright/test';
import { publishFor } from './issuer.ts';
import { mailTo } from './mailbox.ts';
import { findDocument, reader, sessionFile, speakEnglish, staffSessionFile } from './portal.ts';

/** The paper channel (G4): letters that are printed, and a copy that is asked for and paid. */

test.describe.configure({ mode: 'serial', timeout: 180_000 });

const title = (page: Page, text: string) =>
  expect(page.getByRole('heading', { level: 1, name: text })).toBeVisible();

let document = { id: '', number: '' };

test.describe('the main contact', () => {
  test.use({ storageState: sessionFile() });

  test('asks what a copy on paper costs', async ({ page }) => {
    await speakEnglish(page);
    document = await findDocument(page, ({ files }) => files.includes('pdf'), '&kind=other');
    await page.goto(`/documents/${document.id}`);
    await page.getByRole('button', { name: 'Paper copy' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText('The PDF on this page is free')).toBeVisible();
    await dialog.getByLabel('Postal address').fill('Quai 1\n4000 Liège');
    await dialog.getByRole('button', { name: 'Ask for the price' }).click();
    await expect(page.getByText(`The price comes to ${reader.email}.`)).toBeVisible();
    await expect(page.getByText('We will tell you the price by e-mail.')).toBeVisible();
    await expect(page.getByText('Paper copy requested')).toBeVisible();
  });
});

test.describe('the administration', () => {
  test.use({ storageState: staffSessionFile() });

  test('tells the price, notes the payment and posts the copy', async ({ page }) => {
    await page.goto('/documents');
    await page.getByRole('link', { name: 'Paper requests' }).click();
    await title(page, 'Paper requests');
    const row = page.getByRole('row').filter({ hasText: document.number });
    await expect(row).toContainText('4000 Liège');
    await row.getByRole('button', { name: /^Set price/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Price, including VAT').fill('7,50');
    await dialog.getByLabel('How to pay').fill('To BE68 5390 0754 7034.');
    const asked = Date.now();
    await dialog.getByRole('button', { name: 'Tell the price' }).click();
    await expect(row).toContainText('Waiting for payment');
    await expect(row).toContainText('€7.50');
    const mail = await mailTo(reader.email, ({ text }) => text.includes('BE68'), asked);
    expect(mail.text).toContain(document.number);
    for (const [step, state] of [
      ['paid', 'Paid'],
      ['sent', 'Sent'],
    ] as const) {
      await row.getByRole('button', { name: `as ${step}` }).click();
      await dialog.getByRole('button', { name: `Mark as ${step}` }).click();
      await expect(row).toContainText(state);
      await expect(dialog).toHaveCount(0);
    }
    await page.getByRole('button', { name: 'Declined' }).click();
    await expect(page).toHaveURL(/state=declined/);
    await expect(page.getByText('No requests match')).toBeVisible();
  });

  test('collects what goes by post, fetches and prints it', async ({ page }) => {
    await publishFor(`poste.${Date.now()}@atelier.example`, 'post');
    await page.goto('/issuer/print-batches');
    await title(page, 'Print batches');
    await page.getByRole('button', { name: 'Collect documents' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Collect documents' }).click();
    const row = page.getByRole('row').nth(1);
    await expect(row).toContainText('To be printed');
    const saved = page.waitForEvent('download');
    await row.getByRole('link', { name: /^Download/ }).click();
    expect((await saved).suggestedFilename()).toMatch(/^print-.*\.zip$/);
    await row.getByRole('button', { name: /^Mark/ }).click();
    await dialog.getByRole('button', { name: 'Mark as printed' }).click();
    await expect(row).toContainText('Printed');

    await page.getByRole('button', { name: 'Collect documents' }).click();
    await dialog.getByRole('button', { name: 'Collect documents' }).click();
    await expect(dialog.getByRole('alert')).toContainText('No document waits to be printed');
  });
});

test.describe('afterwards', () => {
  test.use({ storageState: sessionFile() });

  test('the document tells that its copy was posted', async ({ page }) => {
    await page.goto(`/documents/${document.id}`);
    await expect(page.getByText('Handed to the post on')).toBeVisible();
    await expect(page.getByText('Paper copy sent by post')).toBeVisible();
    for (const place of ['print-batches', 'paper-requests']) {
      await page.goto(`/issuer/${place}`);
      await title(page, 'This page does not exist');
    }
  });
});
