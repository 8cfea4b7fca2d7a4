import type {Browser, BrowserContext, Page} from 'puppeteer-core';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {launchChromium} from './chromium.js';
import {serve, until, type TestServer} from './server.js';

const tag = '<script src="/rum.iife.js" data-app="shop"></script>';

const strict = {
  html: `<script nonce="n1">
  window.violations = [];
  addEventListener('securitypolicyviolation', ({violatedDirective}) => violations.push(violatedDirective));
</script><script nonce="n1" src="/rum.iife.js" data-app="shop"></script>`,
  headers: {
    'content-security-policy':
      "default-src 'none'; script-src 'nonce-n1'; connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none'",
  },
};

/** A sandbox without allow-same-origin is an opaque origin: reading localStorage throws. */
const sandboxed = {html: tag, headers: {'content-security-policy': 'sandbox allow-scripts'}};

const flood = `${tag}<script>
  function flood() {
    const start = performance.now();
    for (let i = 0; i < 10000; i++) reportError(new TypeError('again'));
    return performance.now() - start;
  }
</script>`;

let server: TestServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  server = await serve({'/': tag, '/twice': tag + tag, '/strict': strict, '/sandboxed': sandboxed, '/flood': flood, '/elsewhere': '<p>'});
  browser = await launchChromium();
});
beforeEach(async () => {
  server.reset();
  context = await browser.createBrowserContext();
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

test('a page with a strict policy and Trusted Types sees no violation', async () => {
  await page.goto(server.origin + '/strict');
  await rum('flush');
  await until('the batch arrives', () => server.beacons().length > 0);
  expect(await page.evaluate('violations')).toEqual([]);
});

test('a page whose storage throws has a session all the same', async () => {
  await page.goto(server.origin + '/sandboxed');
  expect(await page.evaluate('try { localStorage; "open" } catch { "blocked" }')).toBe('blocked');
  await rum('flush');
  await until('the batch arrives', () => server.beacons().length > 0);
  expect(server.kind('session')).toHaveLength(1);
});

test('a page that has the script twice reports once', async () => {
  await page.goto(server.origin + '/twice');
  await page.goto(server.origin + '/elsewhere');
  await until('the batch arrives', () => server.kind('view').length > 0);
  expect(server.kind('view')).toHaveLength(1);
  expect(server.kind('nav')).toHaveLength(1);
});

test('10,000 equal errors in a loop are five events, a count of the rest, and one small request', async () => {
  await page.goto(server.origin + '/flood');
  const ms = Number(await page.evaluate('flood()'));
  await page.goto(server.origin + '/elsewhere');
  await until('the errors arrive', () => server.kind('error').length > 0);
  const bytes = server.bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  console.log(`10,000 errors: ${ms.toFixed(0)} ms, ${server.requests.length} requests, ${bytes} bytes`);
  expect(server.kind('error')).toHaveLength(5);
  expect(server.beacons().reduce((sum, {lost}) => sum + (lost?.duplicate_error || 0), 0)).toBe(9995);
  expect(server.requests).toHaveLength(1);
  expect(bytes).toBeLessThan(5000);
});

test('what happened offline arrives afterwards', async () => {
  await page.goto(server.origin + '/');
  await page.setOfflineMode(true);
  await rum('recordCustomMetric', 'offline', 1);
  await rum('flush');
  await page.setOfflineMode(false);
  await until('the measure arrives', () => server.kind('measure').length > 0, 15_000);
  expect(server.kind('measure')).toHaveLength(1);
});

test('Retry-After of 429 is kept', async () => {
  let first = 0;
  server.answerWith(() => {
    if (first) return {status: 200};
    first = Date.now();
    return {status: 429, headers: {'retry-after': '2', 'access-control-expose-headers': 'retry-after'}};
  });
  await page.goto(server.origin + '/');
  await rum('flush');
  await until('the batch arrives', () => server.beacons().length > 0, 10_000);
  expect(Date.now() - first).toBeGreaterThanOrEqual(1900);
  expect(server.requests).toHaveLength(2);
});

test('a receiver that never answers does not hold up the page or the next one', async () => {
  server.answerWith(() => ({status: 0}));
  await page.goto(server.origin + '/');
  await rum('recordCustomMetric', 'x', 1);
  await rum('flush');
  await until('the receiver hangs', () => server.requests.length > 0);
  const start = Date.now();
  await page.goto(server.origin + '/elsewhere');
  expect(Date.now() - start).toBeLessThan(2000);
});
