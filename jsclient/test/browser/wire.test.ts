import type {Browser} from 'puppeteer-core';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {launchChromium} from './chromium.js';
import {serve, until, type TestServer} from './server.js';

/** What a visit may cost; the figures are printed. */
const MAX_BODY_BYTES = 1_600;
const POSTS = 1;

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await serve({'/elsewhere': '<p>elsewhere'});
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** A page of a shop: four subresources, a click, three errors of different kinds, a slow request. */
const shop = (endpoint: string) => `<title>Shop</title>
<script src="/rum.iife.js" data-app="shop" data-endpoint="${endpoint}"></script>
<script src="/web-vitals.js"></script><img src="/a.png"><img src="/b.png">
<h1>Shop</h1><button onclick="buy()">Buy</button>
<script>
  function buy() {
    const end = performance.now() + 20;
    while (performance.now() < end);
    console.error('no stock');
    setTimeout(() => null.price);
    setTimeout(() => Promise.reject(new Error('no price')));
    fetch('/slow?token=secret').then(() => (window.bought = true));
  }
</script>`;

test('a visit costs one request without preflight and at most 1,600 bytes', async () => {
  server.pages['/'] = shop(server.otherOrigin + '/v1/rum');
  const page = await browser.newPage();
  await page.goto(server.origin + '/');
  await page.click('button');
  await page.waitForFunction('window.bought');
  await new Promise((resolve) => setTimeout(resolve, 6000)); // the visit's: longer than an interval of batches
  await page.goto(server.origin + '/elsewhere');
  await until('INP arrives', () => server.kind('vital').some(({n}) => n == 'INP'));
  await new Promise((resolve) => setTimeout(resolve, 500)); // for a second request, which must not come
  const bytes = server.bodies.map((body) => Buffer.byteLength(body));
  const kinds = server.events().map(({k}) => k).join(' ');
  console.log(`scripted visit: ${server.requests.length} requests, ${bytes.join(' + ')} B: ${kinds}`);
  expect(server.requests.map(({method}) => method)).toEqual(Array(POSTS).fill('POST'));
  expect(server.kind('error')).toHaveLength(2);
  expect(bytes.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(MAX_BODY_BYTES);
});
