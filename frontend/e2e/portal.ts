import path from 'node:path';
import { expect, type Page } from '@playwright/test';

/** Where the session of the demo's reader on this worker's portal is kept. */
export const sessionFile = () => `test-results/.session-${process.env.E2E_PORTAL}.json`;
/** The same for a staff member. */
export const staffSessionFile = () => `test-results/.staff-session-${process.env.E2E_PORTAL}.json`;

export function required(name: string): string {
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
  // The rows below the first screenful follow in a moment.
  await expect(page.locator('main [aria-busy=true]')).toHaveCount(0);
}

export const rows = (page: Page) => page.locator('tbody tr');

/** How many documents the list says there are. */
export async function total(page: Page): Promise<number> {
  const status = page.locator('[role=status]', { hasText: /document/ }).first();
  const text = (await status.textContent()) ?? '';
  return Number(text.replace(/\D/g, ''));
}

export type Tag = { id: string; name: string; color: string };
export type Listed = { id: string; number: string; kind: string; files: string[]; tags: Tag[] };

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

const OURS = { 'X-Requested-With': 'i-portal' };

/** Changes something through the API, as the signed-in reader. */
export async function change(
  page: Page,
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  data?: object,
) {
  const answer = await page.request.fetch(`/api/v1${path}`, {
    method,
    headers: OURS,
    ...(data ? { data } : {}),
  });
  expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true);
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

/** Takes away what an earlier test, or an interrupted run, left behind. */
export async function clear(page: Page, path: '/downloads' | '/documents/views'): Promise<void> {
  // The first call only cancels a ZIP that is on its way.
  for (let round = 0; round < 3; round += 1) {
    const { items } = await (await page.request.get(`/api/v1${path}`)).json();
    for (const { id } of items as { id: string }[]) await change(page, 'DELETE', `${path}/${id}`);
  }
}

/** Where files go that the browser saved, for whoever runs these tests to look into. */
export function keptFile(name: string): string {
  return path.join(process.env.E2E_FILES ?? 'test-results/files', name);
}

export const bulkBar = (page: Page) => page.getByRole('region', { name: 'Selected documents' });

/** Ticks the first rows of the list. */
export async function tick(page: Page, count: number): Promise<void> {
  for (let row = 0; row < count; row += 1) await page.locator('[data-row-check]').nth(row).check();
}
