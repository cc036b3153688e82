import { expect, type Page } from '@playwright/test';

export const SESSION_FILE = 'test-results/.session.json';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}: \`iportal run\` prints the demo sign-ins.`);
  return value;
}

/** A main contact of the demo data. */
export const reader = {
  get email() {
    return required('E2E_EMAIL');
  },
  get password() {
    return required('E2E_PASSWORD');
  },
};

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail address').fill(reader.email);
  await page.getByLabel('Password', { exact: true }).fill(reader.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Speaks English to the reader, whatever an earlier test left behind. */
export async function speakEnglish(page: Page): Promise<void> {
  const answer = await page.request.patch('/api/v1/me', {
    data: { language: 'en' },
    headers: { 'X-Requested-With': 'i-portal' },
  });
  expect(answer.status()).toBe(200);
}

export async function openList(page: Page, search = ''): Promise<void> {
  await page.goto(`/documents${search}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Documents' })).toBeVisible();
  await expect(page.locator('[data-row-link]').first()).toBeVisible();
}

export const rows = (page: Page) => page.locator('tbody tr');

/** How many documents the list says there are. */
export async function total(page: Page): Promise<number> {
  const status = page.locator('[role=status]', { hasText: /document/ }).first();
  const text = (await status.textContent()) ?? '';
  return Number(text.replace(/\D/g, ''));
}

type Listed = { id: string; number: string; kind: string; files: string[] };

/** The first document, as the API lists it, that fits. */
export async function findDocument(
  page: Page,
  fits: (document: Listed) => boolean,
  query = '',
): Promise<Listed> {
  const answer = await page.request.get(`/api/v1/documents?limit=200${query}`);
  const { items } = (await answer.json()) as { items: Listed[] };
  const found = items.find(fits);
  if (!found) throw new Error('The demo data has no such document');
  return found;
}
