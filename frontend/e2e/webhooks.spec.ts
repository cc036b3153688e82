import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type Page, test } from '@playwright/test';
import { publishFor } from './issuer.ts';
import { staffSessionFile } from './portal.ts';

/** Webhooks (G5, H4): a program here is called, fails, and is called again. */

type Call = { headers: IncomingHttpHeaders; body: string };

test.use({ storageState: staffSessionFile(), permissions: ['clipboard-read', 'clipboard-write'] });
test.describe.configure({ mode: 'serial', timeout: 180_000 });

let server: Server;
let status = 204;
const calls: Call[] = [];
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;

test.beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      calls.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
test.afterAll(() => {
  server.close();
});

const row = (page: Page) => page.getByRole('row').nth(1);

async function open(page: Page) {
  await page.goto('/issuer/webhooks');
  await page.getByRole('link', { name: url() }).click();
  await expect(page.getByRole('heading', { level: 1, name: url() })).toBeVisible();
}

test('is made, its secret is shown once, and it is called', async ({ page }) => {
  await page.goto('/documents');
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await page.getByRole('button', { name: 'New webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('URL').fill('http://10.0.0.1/events');
  await dialog.getByRole('button', { name: 'Create the webhook' }).click();
  await expect(dialog.getByText('This address belongs to an inner network.')).toBeVisible();
  await dialog.getByLabel('URL').fill(url());
  await dialog.getByLabel('Description').fill('The ERP');
  await dialog.getByRole('button', { name: 'Create the webhook' }).click();
  await expect(page.getByRole('heading', { name: 'The webhook is created' })).toBeVisible();
  await page.getByRole('button', { name: 'Copy the secret' }).click();
  const secret = await page.evaluate(() => navigator.clipboard.readText());
  expect(secret).toMatch(/^whsec_/);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await expect(page.getByText(secret)).toHaveCount(0);

  const { number, customer } = await publishFor(`hook.${Date.now()}@atelier.example`);
  await open(page);
  await expect(row(page)).toContainText(number, { timeout: 20_000 });
  await expect(row(page)).toContainText('Delivered', { timeout: 20_000 });
  const call = calls.find(({ body }) => body.includes(number));
  expect(JSON.parse(call?.body ?? '{}')).toMatchObject({
    type: 'document.published',
    data: { number, customer_number: customer },
  });
  const signed = `${call?.headers['webhook-id']}.${call?.headers['webhook-timestamp']}.${call?.body}`;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  expect(call?.headers['webhook-signature']).toBe(`v1,${signature}`);
});

test('a failure is shown, and the message waits for its next try', async ({ page }) => {
  status = 503;
  const { number } = await publishFor(`hook.${Date.now()}@atelier.example`);
  await open(page);
  await expect(row(page)).toContainText(number);
  await expect(row(page)).toContainText('The receiver answered 503.', { timeout: 20_000 });
  await expect(row(page)).toContainText('next try');
  await expect(page.getByText('Calls have failed since')).toBeVisible();
});

test('what was given up by pausing is sent again', async ({ page }) => {
  status = 204;
  await open(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('The webhook is paused.', { exact: true })).toBeVisible();
  const answered = await row(page).getByText('Delivered').count();
  if (answered === 0) await expect(row(page)).toContainText('Given up');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('The webhook is active again.')).toBeVisible();
  if (answered === 0) {
    await page.getByRole('button', { name: 'Send again' }).click();
    await expect(page.getByText('The message is on its way again.')).toBeVisible();
  }
  await expect(row(page)).toContainText('Delivered', { timeout: 20_000 });
});

test('is tried out, changed and deleted', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(row(page)).toContainText('Test');
  await expect(row(page)).toContainText('Delivered', { timeout: 20_000 });
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Description').fill('The new ERP');
  await dialog.getByLabel('Document replaced').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The new ERP')).toBeVisible();
  await expect(page.getByText('Document replaced')).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('The webhook is deleted.')).toBeVisible();
  await expect(page).toHaveURL(/\/issuer\/webhooks$/);
  await expect(page.getByRole('link', { name: url() })).toHaveCount(0);
});
