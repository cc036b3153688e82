import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { publishFor } from './issuer.ts';
import { codeTo, linkIn, mailTo } from './mailbox.ts';
import { hand } from './phone.ts';

/** The FAQ's recovery options, and who may put the second factor off; in French. */

const RUN = Date.now();
const OLD = `luc.${RUN}@gratuit.example`;
const NEW = `luc.${RUN}@entreprise.example`;
const RECOVERY = `luc.${RUN}@boite-privee.example`;
const STAFF = `ines.${RUN}@lumen-lease.example`;
const PASSWORD = 'péniche verte, écluse lente';
const NEW_PASSWORD = 'halage au printemps, aubes';

test.use({ storageState: { cookies: [], origins: [] }, locale: 'fr-BE' });
test.describe.configure({ mode: 'serial', timeout: 180_000 });

const title = (page: Page, text: string) =>
  expect(page.getByRole('heading', { level: 1, name: text })).toBeVisible();
const card = (page: Page, name: string) =>
  page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name }) });

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Adresse e-mail').fill(email);
  await page.getByLabel('Mot de passe', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
}

async function activate(page: Page, email: string): Promise<void> {
  await title(page, 'Activez votre compte');
  await expect(page.getByText(email)).toBeVisible();
  await page.getByLabel('Choisissez un mot de passe').fill(PASSWORD);
  await page.getByRole('button', { name: 'Activer mon compte' }).click();
  await title(page, 'Bienvenue');
  await page.getByLabel('Prénom').fill('Luc');
  await page.getByLabel('Nom', { exact: true }).fill('Vannier');
  await page.getByRole('button', { name: 'Enregistrer et continuer' }).click();
  await title(page, 'Renforcez la protection de votre compte');
}

test('the second factor can be put off, and is not offered again at once', async ({ page }) => {
  await publishFor(OLD);
  const mail = await mailTo(OLD, ({ text }) => text.includes('/invitations/'));
  await page.goto(linkIn(mail, 'invitations'));
  await activate(page, OLD);
  await page.getByRole('button', { name: 'Plus tard' }).click();
  await title(page, 'Documents');
  await page.context().clearCookies();
  await signIn(page, OLD, PASSWORD);
  await title(page, 'Documents');
});

test('a new recovery address, main address and password', async ({ page }) => {
  await signIn(page, OLD, PASSWORD);
  await title(page, 'Documents');
  await page.goto('/profile/recovery');

  const recovery = card(page, 'Adresse e-mail de récupération');
  await recovery.getByRole('button', { name: 'Ajouter' }).click();
  await recovery.getByLabel('Nouvelle adresse de récupération').fill(OLD);
  await recovery.getByRole('button', { name: 'Mettre à jour' }).click();
  await expect(recovery.getByText('Indiquez une autre adresse')).toBeVisible();
  await recovery.getByLabel('Nouvelle adresse de récupération').fill(RECOVERY);
  let asked = Date.now();
  await recovery.getByRole('button', { name: 'Mettre à jour' }).click();
  await expect(recovery.getByText(RECOVERY)).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  await recovery.getByLabel('Code à six chiffres').fill(await codeTo(RECOVERY, asked));
  await expect(recovery.getByText('Confirmée')).toBeVisible();

  const main = card(page, 'Adresse e-mail principale');
  await main.getByRole('button', { name: 'Modifier' }).click();
  await main.getByLabel('Nouvelle adresse principale').fill(NEW);
  asked = Date.now();
  await main.getByRole('button', { name: 'Modifier l’adresse' }).click();
  await main.getByLabel('Code à six chiffres').fill(await codeTo(NEW, asked));
  await expect(page.getByText('Votre adresse principale est modifiée.')).toBeVisible();
  await expect(main.getByText(NEW)).toBeVisible();
  // The old address is told, and the recovery address too.
  for (const address of [OLD, NEW, RECOVERY]) {
    await mailTo(address, ({ text }) => text.includes(`remplacée par ${NEW}`), asked);
  }

  const password = card(page, 'Mot de passe');
  await password.getByRole('button', { name: 'Modifier' }).click();
  await password.getByLabel('Mot de passe actuel').fill('ce n’est pas le bon');
  await password.getByLabel('Nouveau mot de passe').fill(NEW_PASSWORD);
  await password.getByRole('button', { name: 'Changer le mot de passe' }).click();
  await expect(password.getByText('Le mot de passe est incorrect.')).toBeVisible();
  await password.getByLabel('Mot de passe actuel').fill(PASSWORD);
  await password.getByRole('button', { name: 'Changer le mot de passe' }).click();
  await expect(page.getByText('Votre mot de passe est modifié.')).toBeVisible();

  await page.context().clearCookies();
  await signIn(page, NEW, NEW_PASSWORD);
  await title(page, 'Documents');
});

test('personal data is one file, without secrets', async ({ page }) => {
  await signIn(page, NEW, NEW_PASSWORD);
  await title(page, 'Documents');
  await page.goto('/profile');
  const waiting = page.waitForEvent('download');
  await card(page, 'Vos données personnelles').getByRole('button', { name: 'Télécharger' }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('personal-data.json');
  const data = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(data).profile.email).toBe(NEW);
  expect(data).not.toMatch(/password_hash|totp_secret|token_hash/);
});

test('staff cannot put the second factor off', async ({ page }) => {
  const printed = hand('iportal', 'create-staff', STAFF);
  const link = new URL(/^http\S+$/m.exec(printed)?.[0] ?? '');
  await page.goto(link.pathname);
  await activate(page, STAFF);
  await expect(page.getByText('obligatoire')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Plus tard' })).toHaveCount(0);
  for (const place of ['/documents', '/profile/security', '/profile/tokens']) {
    await page.goto(place);
    await title(page, 'Renforcez la protection de votre compte');
  }
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await title(page, 'Connexion');
});
