import type {Browser, Page} from 'puppeteer-core';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {launchChromium} from './chromium.js';
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

/** Every resource is slow enough to be told of. */
const everything = shop.replace('data-app', 'data-slow-resource-ms="0" data-app');

let server: TestServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await serve({'/': shop, '/everything': everything, '/elsewhere': '<p>elsewhere'});
  browser = await launchChromium();
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

/** Calls a method of the client in the page. */
const rum = (method: 'flush' | 'recordCustomMetric', ...args: unknown[]) =>
  page.evaluate(
    (method, args) => (window as never as {RUM: {getRUM(): Record<string, (...a: unknown[]) => void>}}).RUM.getRUM()[method](...args),
    method,
    args,
  );

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
  expect(server.kind('task').length).toBeGreaterThan(0);
  expect(server.kind('resource').map(({u}) => u)).toContain('/slow');
  expect(server.requests).toEqual([{method: 'POST', contentType: 'text/plain;charset=UTF-8'}]);
  expect(JSON.stringify(server.beacons())).not.toContain('secret');
});

test('a page that crashes is still told of', async () => {
  await page.goto(server.origin + '/');
  await pause(300);
  await page.click('#throw');
  await pause(1000);
  expect(server.requests).toHaveLength(0);
  // Its answer never comes: the process that should give it is gone.
  page.goto('chrome://crash').catch(() => {});
  await until('the batch arrives', () => server.kind('error').length > 0, 15_000);
  expect(server.kind('vital').map(({n}) => n)).toContain('LCP');
});

test('another origin needs no preflight', async () => {
  const other = shop.replace('data-app="shop"', `data-app="shop" data-endpoint="${server.otherOrigin}/v1/rum"`);
  await page.goto(server.origin + '/');
  await page.setContent(other);
  await pause(200);
  await rum('flush');
  await until('the batch arrives', () => server.requests.length > 0);
  expect(server.requests.map(({method}) => method)).not.toContain('OPTIONS');
});

test('a route change is a page view of its own, while vitals stay with the load', async () => {
  await page.goto(server.origin + '/');
  await page.click('#route');
  await pause(100);
  await page.goto(server.origin + '/elsewhere');
  await until('the batch arrives', () => server.kind('view').length >= 2);
  const [{pages, events}] = server.beacons();
  expect(pages.map(({url}) => new URL(url).pathname)).toEqual(['/', '/product/42']);
  expect(events.filter(({k}) => k == 'vital').every(({p}) => !p)).toBe(true);
  expect(events.filter(({k}) => k == 'view').map(({p}) => p)).toEqual([undefined, 1]);
});

test('a return from the back/forward cache is a page view with vitals of its own', async () => {
  await page.goto(server.origin + '/');
  await pause(300);
  await page.goto(server.origin + '/elsewhere');
  await until('the first batch arrives', () => server.kind('view').length == 1);
  await page.goBack();
  await pause(300);
  const restored = await page.evaluate(() => performance.getEntriesByType('navigation')[0].type != 'back_forward');
  expect(restored).toBe(true); // else the browser loaded the page anew, and the test shows nothing
  await page.goto(server.origin + '/elsewhere');
  await until('the second batch arrives', () => server.kind('view').length == 2);
  const last = server.beacons().at(-1)!;
  expect(last.pages).toMatchObject([{type: 'back-forward-cache'}]);
  expect(last.events.filter(({k}) => k == 'vital')).toMatchObject([{n: 'TTFB', v: 0}, {n: 'FCP'}, {n: 'LCP'}, {n: 'CLS'}]);
});

test('a receiver in trouble gets the same batch again, later', async () => {
  let refusals = 2;
  server.answerWith(() => (refusals-- > 0 ? {status: 503, headers: {'retry-after': '1'}} : {status: 200}));
  await page.goto(server.origin + '/');
  await rum('flush');
  await until('the batch arrives', () => server.beacons().length > 0);
  expect(server.requests).toHaveLength(3);
  expect(server.kind('session')).toHaveLength(1);
});

test('the client does not measure its own requests', async () => {
  await page.goto(server.origin + '/everything');
  for (let i = 0; i < 3; i++) {
    await rum('recordCustomMetric', 'x', 1);
    await rum('flush');
    await pause(100);
  }
  await page.goto(server.origin + '/elsewhere');
  await until('all arrived', () => server.kind('measure').length == 3);
  const told = server.kind('resource').map(({u}) => u);
  expect(told).toContain('/web-vitals.js');
  expect(told).not.toContain('/v1/rum');
});
