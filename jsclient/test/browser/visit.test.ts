import puppeteer, {type Browser, type Page} from 'puppeteer-core';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {serve, until, type TestServer} from './server.js';

const shop = `<title>Shop</title>
<script src="/web-vitals.js"></script>
<script>
  window.reference = {};
  for (const name of ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'])
    webVitals['on' + name](({value}) => (reference[name] = value), {reportAllChanges: true});
</script>
<script src="/rum.iife.js" data-app="shop" data-tag-team="web"></script>
<h1>Shop</h1>
<button id="block" onclick="const end = performance.now() + 120; while (performance.now() < end);">Block</button>
<button id="throw" onclick="null.price">Throw</button>
<button id="route" onclick="history.pushState({}, '', '/product/42?token=secret')">Route</button>
<div id="space"></div><p>Moves</p>
<script>
  setTimeout(() => (space.style.height = '120px'), 100);
  fetch('/slow?token=secret');
</script>`;

let server: TestServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await serve({'/': shop, '/elsewhere': '<p>elsewhere'});
  browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});
beforeEach(async () => {
  server.reset();
  const context = await browser.createBrowserContext();
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a visit arrives with every signal, in one request, and the vitals that web-vitals measures', async () => {
  await page.goto(server.origin + '/?utm=secret');
  await pause(600);
  await page.click('#block');
  await page.click('#throw');
  await pause(300);
  const reference = await page.evaluate(() => (window as unknown as {reference: Record<string, number>}).reference);
  await page.goto(server.origin + '/elsewhere');
  await until('the batch arrives', () => server.kind('vital').length >= 5);
  const measured = Object.fromEntries(server.kind('vital').map(({n, v}) => [n, v]));
  for (const [name, value] of Object.entries(reference)) expect(measured[name]).toBeCloseTo(value, name == 'CLS' ? 3 : 0);
  expect(server.kind('error')).toMatchObject([{n: 'TypeError'}]);
  expect(server.kind('nav')).toHaveLength(1);
  expect(JSON.stringify(server.beacons())).not.toContain('secret');
});
