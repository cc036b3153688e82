// Loads the documents list as a new visitor would, and prints what the browser saw, as JSON:
// the median of the largest contentful paint in milliseconds, and the worst layout shift.
// node scripts/measure-paint.mjs URL SESSION_COOKIE LOCALE
import { chromium } from '@playwright/test';

const [url, cookie, locale] = process.argv.slice(2);
const ROUNDS = 9;
// A middling phone on a slow 4G network: four times slower than this machine, 1.6 Mbit/s, 150 ms.
const PROFILES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    slower: 4,
    network: {
      offline: false,
      latency: 150,
      downloadThroughput: 200_000,
      uploadThroughput: 94_000,
    },
  },
};

function observe() {
  window.paint = { lcp: 0, cls: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.paint.lcp = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) window.paint.cls += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

async function load(browser, { slower, network, ...profile }) {
  const context = await browser.newContext({ ...profile, locale });
  await context.addCookies([{ name: 'session', value: cookie, url, httpOnly: true }]);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  if (network) await devtools.send('Network.emulateNetworkConditions', network);
  if (slower) await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await page.addInitScript(observe);
  await page.goto(`${url}/documents`);
  // A plain selector: to look for a role would keep the page's own thread busy.
  await page.waitForSelector('main a[href^="/documents/"]', { timeout: 60_000 });
  await page.waitForTimeout(500);
  const paint = await page.evaluate(() => window.paint);
  await context.close();
  return paint;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH,
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
const found = {};
for (const [name, profile] of Object.entries(PROFILES)) {
  const paints = [];
  for (let round = 0; round < ROUNDS; round++) paints.push(await load(browser, profile));
  const times = paints.map((paint) => paint.lcp).sort((a, b) => a - b);
  found[name] = {
    lcp: times[(ROUNDS - 1) / 2],
    cls: Math.max(...paints.map((paint) => paint.cls)),
  };
}
await browser.close();
process.stdout.write(JSON.stringify(found));
