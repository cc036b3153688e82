import AxeBuilder from '@axe-core/playwright';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { publishFor } from './issuer.ts';
import { codeTo, linkIn, mailsTo, mailTo } from './mailbox.ts';
import { hand, Phone } from './phone.ts';

/** The stories of the FAQ, in French, from the mail to the documents list. */

// New ones in each run: what is tested here cannot be taken back.
const RUN = Date.now();
const MARIE = `marie.neuve.${RUN}@atelier.example`;
const RECOVERY = `marie.${RUN}@boite-privee.example`;
const PASSWORD = 'brioche tiède, four à bois';
const NEW_PASSWORD = 'levain du dimanche, croûte';

const phone = new Phone();
let password = PASSWORD;

test.use({ storageState: { cookies: [], origins: [] }, locale: 'fr-BE' });
test.describe.configure({ mode: 'serial', timeout: 180_000 });

const title = (page: Page, text: string) =>
  expect(page.getByRole('heading', { level: 1, name: text })).toBeVisible();

/** Screens that only this story reaches are looked at by axe here, in both themes. */
async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
}

async function expectDocuments(page: Page): Promise<void> {
  await title(page, 'Documents');
  await expect(page.locator('[data-row-link]').first()).toBeVisible();
}

async function enterPassword(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Adresse e-mail').fill(MARIE);
  await page.getByLabel('Mot de passe', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
}

async function enterCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code à six chiffres').fill(code);
}

async function signIn(page: Page): Promise<void> {
  await enterPassword(page);
  await title(page, 'Saisissez votre code');
  await enterCode(page, await phone.code());
  await expectDocuments(page);
}

/** Takes the wizard's four steps, from the first one on the screen, once there and back. */
async function takeWizard(page: Page): Promise<void> {
  await title(page, 'Installez une application d’authentification');
  await expect(page.getByText('Étape 1 sur 4')).toBeVisible();
  await page.getByRole('button', { name: 'Continuer' }).click();

  await title(page, 'Indiquez une adresse de récupération');
  await page.getByLabel('Adresse e-mail de récupération').fill(RECOVERY);
  const asked = Date.now();
  await page.getByRole('button', { name: 'Continuer' }).click();

  await title(page, 'Confirmez l’adresse de récupération');
  await expectAccessible(page);
  await enterCode(page, await codeTo(RECOVERY, asked));

  await title(page, 'Synchronisez votre application');
  await expectAccessible(page);
  const uri = await phone.scan(page);
  expect(decodeURIComponent(uri.pathname)).toBe(`/Lumen Lease:${MARIE}`);
  await page.goBack();
  await expect(page.getByText(`L’adresse ${RECOVERY} est confirmée.`)).toBeVisible();
  await page.getByRole('button', { name: 'Continuer' }).click();
  const shown = await page.locator('code').textContent();
  expect(shown?.replaceAll(' ', '')).toBe(uri.searchParams.get('secret'));
  await enterCode(page, await phone.code());
}

async function openSecurity(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: /Marie/ }).click();
  await page.getByRole('menuitem', { name: 'Paramètres' }).click();
  await title(page, 'Sécurité');
}

/** Another browser, in which the test's user signs in. */
async function elsewhere(browser: Browser): Promise<Page> {
  return (await browser.newContext({ locale: 'fr-BE' })).newPage();
}

test('from the invitation to the documents, by way of the wizard', async ({ page }) => {
  const { customer, number } = await publishFor(MARIE);
  const mail = await mailTo(MARIE, ({ text }) => text.includes('/invitations/'));
  expect(mail.subject).toBe(`Facture ${number} de Lumen Lease`);
  await page.goto(linkIn(mail, 'invitations'));
  await title(page, 'Activez votre compte');
  await expectAccessible(page);
  await expect(page.getByText(MARIE)).toBeVisible();
  await expect(page.getByText(customer)).toBeVisible();
  await page.getByLabel('Choisissez un mot de passe').fill('trop court');
  await expect(page.getByRole('button', { name: 'Activer mon compte' })).toBeDisabled();
  await page.getByLabel('Choisissez un mot de passe').fill(PASSWORD);
  await page.getByRole('button', { name: 'Activer mon compte' }).click();

  await title(page, 'Bienvenue');
  await page.getByLabel('Prénom').fill('Marie');
  await page.getByLabel('Nom', { exact: true }).fill('Neuve');
  await page.getByRole('button', { name: 'Enregistrer et continuer' }).click();

  await title(page, 'Renforcez la protection de votre compte');
  await page.getByRole('button', { name: 'Activer l’authentification à deux facteurs' }).click();
  await title(page, 'Installez une application d’authentification');
  // No step can be skipped.
  await page.goto('/two-factor?step=4');
  await title(page, 'Indiquez une adresse de récupération');
  await page.getByRole('button', { name: 'Retour' }).click();
  await takeWizard(page);
  await expectDocuments(page);
  await expect(page.getByRole('link', { name: number })).toBeVisible();
  await expect(page.getByText('L’authentification à deux facteurs est activée.')).toBeVisible();
  await expect(page.getByRole('banner').getByRole('button', { name: /Marie/ })).toBeVisible();

  // Every change of credentials is told to all addresses.
  for (const address of [MARIE, RECOVERY]) {
    await mailTo(address, ({ text }) => text.includes('deux facteurs') && text.includes(MARIE));
  }
});

test('signing in asks for the code of the app, and a wrong one is explained', async ({ page }) => {
  await enterPassword(page);
  await title(page, 'Saisissez votre code');
  await enterCode(page, '000000');
  await expect(page.getByRole('alert')).toContainText('Ce code est incorrect');
  await expectAccessible(page);
  await expect(page.getByLabel('Code à six chiffres')).toHaveValue('');
  await enterCode(page, await phone.code());
  await expectDocuments(page);
});

test('a lost phone: a code to the recovery address, then a new QR code', async ({ page }) => {
  await enterPassword(page);
  await page.getByRole('button', { name: 'Je n’ai plus accès à mon application' }).click();
  await title(page, 'Application indisponible ?');
  await expectAccessible(page);
  const asked = Date.now();
  await page.getByRole('button', { name: 'Envoyez-moi un code' }).click();
  await title(page, 'Consultez votre adresse de récupération');
  await expect(page.getByText(/m.*@/).first()).toBeVisible();
  await enterCode(page, await codeTo(RECOVERY, asked));
  await title(page, 'Scannez le nouveau code QR');
  await phone.scan(page);
  await enterCode(page, await phone.code());
  await expectDocuments(page);
});

test('a forgotten password, by the recovery address; then that mailbox alone opens nothing (sec_R4)', async ({
  page,
}) => {
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Mot de passe oublié ?' }).click();
  await title(page, 'Mot de passe oublié ?');
  const asked = Date.now();
  await page.getByLabel('Adresse e-mail').fill(RECOVERY);
  await page.getByRole('button', { name: 'Envoyez-moi les instructions' }).click();
  await expect(page.getByRole('main').getByRole('status')).toContainText('en route');
  const mail = await mailTo(RECOVERY, ({ text }) => text.includes('/password/reset/'), asked);
  expect(mail.text).toContain(MARIE);
  expect(await mailsTo(MARIE)).not.toContainEqual(
    expect.objectContaining({ text: expect.stringContaining('/password/reset/') }),
  );
  await page.goto(linkIn(mail, 'password/reset'));
  await page.getByLabel('Nouveau mot de passe').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Changer le mot de passe' }).click();
  await title(page, 'Votre mot de passe est modifié');
  password = NEW_PASSWORD;

  await enterPassword(page);
  await page.getByRole('button', { name: 'Je n’ai plus accès à mon application' }).click();
  const origin = Date.now();
  await page.getByRole('button', { name: 'Envoyez-moi un code' }).click();
  await title(page, 'Une vérification de plus');
  await expectAccessible(page);
  await expect(page.getByText('moins de 72 heures')).toBeVisible();
  const confirmed = await codeTo(MARIE, origin);
  const lifted = Date.now();
  await enterCode(page, confirmed);
  await title(page, 'Consultez votre adresse de récupération');
  await enterCode(page, await codeTo(RECOVERY, lifted));
  await title(page, 'Scannez le nouveau code QR');
  await phone.scan(page);
  await enterCode(page, await phone.code());
  await expectDocuments(page);
});

test('sec_S5 sessions are listed, and another one is ended', async ({ page, browser }) => {
  await signIn(page);
  const other = await elsewhere(browser);
  await signIn(other);
  await openSecurity(page);
  const sessions = page.getByRole('list', { name: 'Sessions' }).locator('> li');
  await expect(sessions.filter({ hasText: 'Cette session' })).toHaveCount(1);
  const before = await sessions.count();
  expect(before).toBeGreaterThan(1);
  await expect(sessions.first()).toContainText('127.0.0.1');
  // Newest first: the one above ours is the other browser's.
  await page
    .getByRole('button', { name: /^Mettre fin à la session/ })
    .first()
    .click();
  await expect(page.getByText('La session a pris fin.')).toBeVisible();
  await expect(sessions).toHaveCount(before - 1);
  await other.goto('/documents');
  await title(other, 'Connexion');
  await other.context().close();
});

test('sec_M9 a stale session is asked for a proof in place, and the action goes on', async ({
  page,
}) => {
  await signIn(page);
  await page.goto('/profile/tokens');
  await page.getByRole('button', { name: 'Créer un jeton' }).click();
  await page.getByLabel('Nom', { exact: true }).fill('Comptabilité');
  hand('stale', MARIE);
  await page.getByRole('button', { name: 'Créer un jeton' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirmez que c’est bien vous' });
  await dialog.getByLabel('Mot de passe', { exact: true }).fill('pas le bon mot de passe');
  await dialog.getByLabel('Code de votre application').fill('000000');
  await dialog.getByRole('button', { name: 'Confirmer' }).click();
  await expect(dialog.getByText('Le mot de passe est incorrect.')).toBeVisible();
  await dialog.getByLabel('Mot de passe', { exact: true }).fill(password);
  await dialog.getByLabel('Code de votre application').fill(await phone.code());
  await dialog.getByRole('button', { name: 'Confirmer' }).click();
  const made = page.getByRole('region', { name: 'Le jeton « Comptabilité » est créé' });
  await expect(made.locator('code')).toHaveText(/^ipt_/);
  await expectAccessible(page);
  const token = (await made.locator('code').textContent()) ?? '';
  const headers = { Authorization: `Bearer ${token}` };
  const read = () => fetch(new URL('/api/v1/documents?limit=1', page.url()), { headers });
  expect((await read()).status).toBe(200);

  await page.getByRole('button', { name: 'Je l’ai copié' }).click();
  await expect(page.getByText(token)).toHaveCount(0);
  await page.getByRole('button', { name: 'Révoquer le jeton Comptabilité' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Révoquer' }).click();
  await expect(page.getByText('Le jeton est révoqué.')).toBeVisible();
  expect((await read()).status).toBe(401);
});

test('declining the proof changes nothing, and says so', async ({ page }) => {
  await signIn(page);
  await page.goto('/profile/recovery');
  await page.getByRole('button', { name: 'Modifier' }).first().click();
  await page
    .getByLabel('Nouvelle adresse de récupération')
    .fill(`autre.${RUN}@boite-privee.example`);
  hand('stale', MARIE);
  await page.getByRole('button', { name: 'Mettre à jour' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Annuler' }).click();
  await expect(page.getByRole('alert')).toContainText('Rien n’a été modifié');
  expect(await mailsTo(`autre.${RUN}@boite-privee.example`)).toEqual([]);
});

test('disabling from the profile, then enabling again', async ({ page, browser }) => {
  await signIn(page);
  await openSecurity(page);
  await page.getByRole('button', { name: 'Désactiver' }).click();
  await page.getByLabel('Mot de passe', { exact: true }).fill(password);
  await page.getByLabel('Code de votre application').fill(await phone.code());
  await page.getByRole('button', { name: 'Désactiver' }).click();
  await expect(page.getByText('L’authentification à deux facteurs est désactivée.')).toBeVisible();

  const other = await elsewhere(browser);
  await enterPasswordAnd(other);
  await other.context().close();

  await page.getByRole('link', { name: 'Activer' }).click();
  await takeWizard(page);
  await title(page, 'Sécurité');
  await expect(page.getByText('Activée', { exact: true })).toBeVisible();
});

/** Without a second factor the password alone leads to the documents: the offer was put off. */
async function enterPasswordAnd(page: Page): Promise<void> {
  await enterPassword(page);
  await expectDocuments(page);
}
