import { defineConfig, devices } from '@playwright/test';
import { SESSION_FILE } from './e2e/portal.ts';

const isRoot = process.getuid?.() === 0;
const chromium = process.env.CHROMIUM_PATH;

/** The tests expect a running portal with the demo data; see e2e/portal.ts for what they read. */
export default defineConfig({
  testDir: 'e2e',
  // One reader at a time: the tests share a portal, and change what its demo user sees.
  workers: 1,
  retries: 0,
  timeout: 90_000,
  // How long is for `make bench` to tell; a busy machine may take its time.
  expect: { timeout: 20_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.E2E_BASE_URL ?? 'http://127.0.0.1:8000',
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
      use: { storageState: SESSION_FILE },
    },
  ],
});
