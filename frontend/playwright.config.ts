import { defineConfig, devices } from '@playwright/test';
import { sessionFile } from './e2e/portal.ts';
import { portals, workOn } from './e2e/portals.ts';

const isRoot = process.getuid?.() === 0;
const chromium = process.env.CHROMIUM_PATH;

// Each worker reads this file: it has one of the portals, and its tests run there.
workOn(Number(process.env.TEST_PARALLEL_INDEX ?? 0));

/** The tests expect running portals with the demo data; see e2e/portals.ts for what they read. */
export default defineConfig({
  testDir: 'e2e',
  // One file at a time on a portal: its tests share the demo's user, and change what they see.
  workers: portals.length,
  retries: 0,
  // A guard against hanging: a test may wait a minute for the authenticator app's next codes.
  timeout: 180_000,
  // How long is for `make bench` to tell; a busy machine may take its time.
  expect: { timeout: 20_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.E2E_BASE_URL,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Brussels',
    // A trace of each test would take a third of their time; PWDEBUG or --trace on shows one.
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: isRoot ? ['--no-sandbox'] : [],
    },
  },
  projects: [
    { name: 'sign-in', testMatch: /session\.setup\.ts/ },
    {
      name: 'portal',
      testMatch: /\.spec\.ts/,
      dependencies: ['sign-in'],
      use: { storageState: sessionFile() },
    },
  ],
});
