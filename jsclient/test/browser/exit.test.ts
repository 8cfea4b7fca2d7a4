import type {Browser, Page} from 'puppeteer-core';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {launchChromium} from './chromium.js';
import {serve, until, type TestServer} from './server.js';

const page = `<script src="/rum.iife.js" data-app="shop"></script>
<button onclick="const end = performance.now() + 60; while (performance.now() < end); null.price">Buy</button>`;

/** The browser never finds an idle moment here: requestIdleCallback waits for its timeout, or for ever. */
const starved = `<script>
  window.requestIdleCallback = (fn, {timeout} = {}) => (timeout ? setTimeout(fn, timeout) : 0);
</script>${page}`;

const visits = 100;
let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await serve({'/idle': page, '/starved': starved, '/elsewhere': '<p>elsewhere'});
  browser = await launchChromium();
});
beforeEach(() => server.reset());
afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** Loads the page, clicks, and returns 100 ms later. */
async function click(tab: Page, path: string) {
  await tab.goto(server.origin + path);
  await tab.click('button');
  await new Promise((resolve) => setTimeout(resolve, 100));
}

const arrived = () => server.kind('vital').some(({n, v}) => n == 'INP' && v >= 56) && server.kind('error').length == 1;

/** Whether INP and the error of one visit arrive. A loss is counted, so that the figure is printed. */
const delivered = async () => {
  const told = await until('INP and the error arrive', arrived, 3000).then(() => 1, () => 0);
  server.reset();
  return told;
};

test.each(['/idle', '/starved'])('INP and the error arrive when %s is left 100 ms after a click', async (path) => {
  const tab = await browser.newPage();
  let count = 0;
  for (let visit = 0; visit < visits; visit++) {
    await click(tab, path);
    await tab.goto(server.origin + '/elsewhere');
    count += await delivered();
  }
  await tab.close();
  console.log(`${path} left 100 ms after a click: INP and the error ${count} of ${visits}`);
  expect(count).toBe(visits);
}, 180_000);

test('INP and the error arrive when the tab is closed 100 ms after a click', async () => {
  let count = 0;
  for (let visit = 0; visit < 10; visit++) {
    const tab = await browser.newPage();
    await click(tab, '/starved');
    await tab.close({runBeforeUnload: true});
    count += await delivered();
  }
  console.log(`tab closed 100 ms after a click: INP and the error ${count} of 10`);
  expect(count).toBe(10);
}, 60_000);
