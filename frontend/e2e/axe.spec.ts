import { Buffer } from 'node:buffer';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { hand } from './phone.ts';
import {
  bulkBar,
  change,
  clear,
  findDocument,
  openList,
  reader,
  speakEnglish,
  staffSessionFile,
  tick,
} from './portal.ts';

type Screen = { name: string; open: (page: Page, isPhone: boolean) => Promise<unknown> };

const heading = (page: Page) => expect(page.getByRole('heading', { level: 1 })).toBeVisible();
const visit = (path: string) => async (page: Page) => {
  await page.goto(path);
  await heading(page);
};

// The smallest PDF: one empty page.
const UNSEALED = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
xref
0 4
0000000000 65535 f 
0000000009 00000 n 
0000000052 00000 n 
0000000101 00000 n 
trailer<</Size 4/Root 1 0 R>>
startxref
160
%%EOF
`;

const PUBLIC: Screen[] = [
  { name: 'sign-in', open: visit('/sign-in') },
  { name: 'forgotten password', open: visit('/password/forgot') },
  { name: 'new password', open: visit('/password/reset/token') },
  { name: 'new invitation', open: visit('/invitations/new') },
  { name: 'invalid invitation', open: visit('/invitations/never-valid') },
  { name: 'unknown page', open: visit('/nowhere') },
  { name: 'check a PDF', open: visit('/verify') },
  {
    name: 'help',
    open: async (page) => {
      await visit('/help')(page);
      await page.locator('summary').first().click();
    },
  },
  {
    name: 'a PDF without a seal',
    open: async (page) => {
      await visit('/verify')(page);
      await page.locator('#verify-file').setInputFiles({
        name: 'unsealed.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from(UNSEALED),
      });
      await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
      await page.locator('summary').click();
    },
  },
];

const SIGNED_IN: Screen[] = [
  { name: 'documents', open: (page) => openList(page) },
  {
    name: 'documents, filtered',
    open: (page) => openList(page, '?kind=invoice&amount_min=10&sort=amount'),
  },
  {
    name: 'paper copy, on its way',
    open: async (page) => {
      const answer = await page.request.get('/api/v1/paper-requests?state=requested');
      const { items } = await answer.json();
      await visit(`/documents/${items[0].document.id}`)(page);
      await expect(page.getByRole('button', { name: 'Cancel the request' })).toBeVisible();
    },
  },
  {
    name: 'paper copy, asking for the price',
    open: async (page) => {
      const { id } = await findDocument(page, ({ kind }) => kind === 'other');
      await visit(`/documents/${id}`)(page);
      await page.getByRole('button', { name: 'Paper copy' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  { name: 'documents, nothing found', open: visit('/documents?q=nothing-has-this-word') },
  {
    name: 'row menu',
    open: async (page) => {
      await openList(page);
      await page
        .getByRole('button', { name: /^Actions for/ })
        .nth(1)
        .click();
      await expect(page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'user menu',
    open: async (page) => {
      await openList(page);
      await page
        .getByRole('banner')
        .getByRole('button', { name: /^(?!Open)/ })
        .click();
      await expect(page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'filters and calendar',
    open: async (page, isPhone) => {
      await openList(page);
      if (isPhone) await page.getByRole('button', { name: 'Filters', exact: true }).click();
      await page.getByRole('group', { name: 'Date' }).getByLabel('From').click();
      await expect(page.getByRole('button', { name: 'Next month' })).toBeVisible();
    },
  },
  {
    name: 'menu or shortcuts',
    open: async (page, isPhone) => {
      await openList(page);
      if (isPhone) await page.getByRole('button', { name: 'Open the menu' }).click();
      else await page.keyboard.press('?');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'detail',
    open: async (page) => {
      const { id } = await findDocument(
        page,
        ({ files }) => files.includes('pdf'),
        '&kind=invoice',
      );
      await page.goto(`/documents/${id}`);
      await heading(page);
      await expect(page.locator('canvas').first()).toBeVisible();
      await expect(page.getByText('Published', { exact: true })).toBeVisible();
    },
  },
  {
    name: 'download menu',
    open: async (page) => {
      const { id } = await findDocument(page, ({ files }) => files.includes('ubl'));
      await page.goto(`/documents/${id}`);
      await page.getByRole('button', { name: 'Download', exact: true }).click();
      await expect(page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'selection',
    open: async (page) => {
      await openList(page);
      await page.getByRole('checkbox', { name: 'Select this page' }).check();
      await expect(bulkBar(page)).toBeVisible();
    },
  },
  ...(['Tags', 'Download', 'Export'] as const).map((name) => ({
    name: `${name} of a selection`,
    open: async (page: Page) => {
      await openList(page);
      await tick(page, 2);
      await bulkBar(page).getByRole('button', { name, exact: true }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  })),
  {
    name: 'new tag with its own colour',
    open: async (page) => {
      await page.goto('/settings/tags');
      await page.getByRole('button', { name: 'New tag' }).click();
      await page.getByRole('radio', { name: 'Another one' }).check();
      await expect(page.getByLabel('Code')).toBeVisible();
    },
  },
  { name: 'tags', open: visit('/settings/tags') },
  {
    name: 'views',
    open: async (page) => {
      await openList(page, '?kind=invoice');
      await page.getByRole('button', { name: 'Views' }).click();
      await expect(page.getByRole('menu')).toBeVisible();
    },
  },
  {
    name: 'downloads',
    open: async (page) => {
      await clear(page, '/downloads');
      const filter = { kind: 'credit_note' };
      await change(page, 'POST', '/downloads', { filter, formats: ['csv'] });
      await visit('/downloads')(page);
      await expect(page.getByRole('link', { name: 'Download', exact: true })).toBeVisible({
        timeout: 20_000,
      });
    },
  },
  {
    name: 'statistics',
    open: async (page) => {
      await visit('/statistics')(page);
      await expect(page.getByRole('row').nth(3)).toBeVisible();
    },
  },
  { name: 'absent document', open: visit('/documents/01890000-0000-7000-8000-000000000000') },
  { name: 'help in the shell', open: visit('/help') },
  { name: 'profile', open: visit('/profile') },
  { name: 'welcome', open: visit('/welcome') },
  { name: 'offer of a second factor', open: visit('/two-factor') },
  { name: 'wizard, app', open: visit('/two-factor?step=1') },
  { name: 'wizard, recovery address', open: visit('/two-factor?step=2') },
  { name: 'security', open: visit('/profile/security') },
  {
    name: 'recovery options, password',
    open: async (page) => {
      await page.goto('/profile/recovery');
      await page.getByRole('button', { name: 'Change' }).last().click();
      await expect(page.getByLabel('Present password')).toBeVisible();
    },
  },
  { name: 'tokens', open: visit('/profile/tokens') },
  {
    name: 'new token',
    open: async (page) => {
      await page.goto('/profile/tokens');
      await page.getByRole('button', { name: 'Create a token' }).click();
      await page.getByLabel('All my customer numbers').uncheck();
      await expect(page.getByLabel(/^DL\d/).first()).toBeVisible();
    },
  },
  {
    name: 'proof',
    open: async (page) => {
      await page.goto('/profile/recovery');
      await page.getByRole('button', { name: 'Add' }).click();
      await page.getByLabel('New recovery address').fill('someone@elsewhere.example');
      hand('stale', reader.email);
      await page.getByRole('button', { name: 'Update' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
];

/** The first of a list of the back office, as the API tells it. */
async function first(page: Page, path: string) {
  const answer = await page.request.get(`/api/v1/issuer/${path}`);
  return (await answer.json()).items[0];
}

/** A webhook whose calls reach nobody. */
function webhook(page: Page): Promise<{ id: string }> {
  const url = 'https://no-such-host.invalid/portal/events';
  return change(page, 'POST', '/issuer/webhooks', { url, events: ['document.withdrawn'] });
}

const row = (page: Page) => expect(page.getByRole('row').nth(1)).toBeVisible();

const STAFF: Screen[] = [
  ...['customers', 'deliveries', 'audit'].map((name) => ({
    name,
    open: async (page: Page) => {
      await visit(`/issuer/${name}`)(page);
      await row(page);
    },
  })),
  {
    name: 'print batches',
    open: async (page) => {
      // The first time there is something to collect; later that batch is there already.
      const known = await first(page, 'print-batches');
      if (!known) await change(page, 'POST', '/issuer/print-batches', {});
      await visit('/issuer/print-batches')(page);
      await row(page);
      await expect(page.getByRole('progressbar')).toHaveCount(0);
    },
  },
  {
    name: 'collecting a print batch',
    open: async (page) => {
      await visit('/issuer/print-batches')(page);
      await page.getByRole('button', { name: 'Collect documents' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'paper requests',
    open: async (page) => {
      await visit('/issuer/paper-requests')(page);
      await row(page);
    },
  },
  {
    name: 'price of a paper copy',
    open: async (page) => {
      await visit('/issuer/paper-requests?state=requested')(page);
      await page.getByRole('button', { name: /^Set price/ }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  { name: 'no customer found', open: visit('/issuer/customers?q=nobody-has-this-name') },
  { name: 'absent customer', open: visit('/issuer/customers/nothing') },
  {
    name: 'customer',
    open: async (page) => {
      const { number } = await first(page, 'customers?state=invited');
      await visit(`/issuer/customers/${number}`)(page);
      await expect(page.getByRole('button', { name: /^Invite again/ })).toBeVisible();
    },
  },
  {
    name: 'withdrawal of a document',
    open: async (page) => {
      const { id } = await findDocument(page, ({ files }) => files.includes('pdf'));
      await visit(`/documents/${id}`)(page);
      await page.getByRole('button', { name: 'Withdraw' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  { name: 'check an e-invoice', open: visit('/issuer/validation') },
  {
    name: 'import of customers',
    open: async (page) => {
      await visit('/issuer/customers')(page);
      await page.getByRole('button', { name: 'Import' }).click();
      await expect(page.getByRole('dialog').getByText('Drop a CSV file')).toBeVisible();
    },
  },
  {
    name: 'preview of an import',
    open: async (page) => {
      await visit('/issuer/customers')(page);
      await page.getByRole('button', { name: 'Import' }).click();
      await page.locator('#import-file').setInputFiles({
        name: 'customers.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('number,name,language,email\nAXE-1,One,en,a@b.example\nAXE-2,Two,x,y'),
      });
      await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
    },
  },
  {
    name: 'webhooks',
    open: async (page) => {
      await webhook(page);
      await visit('/issuer/webhooks')(page);
      await row(page);
    },
  },
  {
    name: 'new webhook and its secret',
    open: async (page) => {
      await visit('/issuer/webhooks')(page);
      await page.getByRole('button', { name: 'New webhook' }).click();
      await page.getByLabel('URL').fill('https://hook.example/');
      await page.getByRole('button', { name: 'Create the webhook' }).click();
      await expect(page.getByRole('heading', { name: 'The webhook is created' })).toBeVisible();
      await page.getByRole('button', { name: 'New webhook' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  {
    name: 'webhook that fails',
    open: async (page) => {
      const { id } = await webhook(page);
      await change(page, 'POST', `/issuer/webhooks/${id}/test`);
      await visit(`/issuer/webhooks/${id}`)(page);
      await expect(page.getByRole('row').nth(1)).toContainText('Given up', { timeout: 20_000 });
    },
  },
  { name: 'absent webhook', open: visit('/issuer/webhooks/01890000-0000-7000-8000-000000000000') },
];

const VIEWPORTS = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

/**
 * Waits until nothing fades any more: dialogs and menus fade in, colours fade over, and what is
 * half transparent has no contrast yet. What turns for ever, such as a loader, is not waited for.
 */
async function atRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const ends = () =>
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    do {
      await Promise.allSettled(ends().map(({ finished }) => finished));
      await frame();
      await frame();
    } while (ends().some(({ playState }) => playState === 'running'));
  });
}

/** What axe finds on the screen as it stands; a theme changes nothing but its colours. */
async function violations(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  await atRest(page);
  const axe = new AxeBuilder({ page });
  if (colorScheme === 'dark') axe.withRules(['color-contrast', 'link-in-text-block']);
  const { violations: found } = await axe.analyze();
  return found.map(({ id, nodes }) => `${colorScheme}, ${id}: ${nodes[0]?.html}`);
}

// Each screen is looked at by itself, so that every portal takes its share of them.
test.describe.configure({ mode: 'parallel' });

for (const [device, viewport] of Object.entries(VIEWPORTS)) {
  test.describe(device, () => {
    test.use({ viewport, reducedMotion: 'reduce' });

    const check = async (page: Page, { open }: Screen) => {
      await open(page, device === 'phone');
      const found = [...(await violations(page, 'light')), ...(await violations(page, 'dark'))];
      expect(found).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, 'nothing is wider than the window').toBeLessThanOrEqual(0);
    };

    test.describe('signed out', () => {
      test.use({ storageState: { cookies: [], origins: [] } });
      for (const screen of PUBLIC) test(screen.name, ({ page }) => check(page, screen));
    });

    test.describe('staff', () => {
      test.use({ storageState: staffSessionFile() });
      for (const screen of STAFF) test(screen.name, ({ page }) => check(page, screen));
    });

    test.describe('signed in', () => {
      test.beforeEach(({ page }) => speakEnglish(page));
      for (const screen of SIGNED_IN) test(screen.name, ({ page }) => check(page, screen));
    });
  });
}
