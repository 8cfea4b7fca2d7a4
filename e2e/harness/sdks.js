import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPage } from './browser.js';
import { measureIndependently, measured, measuredHere } from './measure.js';
import { fromRoot } from './paths.js';
import { until } from './poll.js';

/** Scripts of packages that are no modules, in the order in which their own builds put them. */
const scripts = {
  boomerang: [
    'boomerang', ...['continuity', 'auto-xhr', 'spa', 'history', 'rt', 'painttiming', 'navtiming', 'restiming', 'compression', 'errors', 'eventtiming', 'bfcache'].map((name) => `plugins/${name}`),
  ].map((name) => `boomerangjs/${name}.js`),
};

/** The file in ../sdks with all that it imports, as a page loads it. */
async function bundle(sdk) {
  const { outputFiles } = await build({
    entryPoints: [fromRoot('e2e', 'sdks', `${sdk}.js`)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const before = await Promise.all((scripts[sdk] ?? []).map((name) => readFile(fromRoot('e2e', 'node_modules', name), 'utf8')));
  return [...before, outputFiles[0].text].join('\n').replaceAll('%boomerang_version%', '1.815.1');
}

const hero = '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="360"><rect width="700" height="360" fill="teal"/></svg>';

const html = (receiver, path) => `<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">
<style>button { width: 9em }</style><!-- another text moves nothing -->
<script>var receiver = '${receiver}'</script><script src="/sdk.js"></script>
<h1>Words that are painted at once</h1>
<p><button id="buy">Buy</button> <button id="fail">Fail</button> <button id="cart">Cart</button> <a href="/thanks" id="pay">Pay</a></p>
${path === '/' ? '<img src="/hero.svg" width="700" height="360" alt="">' : '<p>More words that are painted, and shift</p>'}
<script>
  buy.onclick = () => {
    buy.textContent = 'Buying'; // something to paint
    const end = performance.now() + 90;
    while (performance.now() < end);
    globalThis.bought?.();
    fetch('/api/cart').then(() => { buy.textContent = 'Bought'; });
  };
  fail.onclick = () => { throw new TypeError('planted in the page'); };
  cart.onclick = () => { history.pushState(null, '', '/cart'); cart.textContent = 'In the cart'; };
  addEventListener('load', () => setTimeout(() => document.querySelector('p').insertAdjacentHTML('afterend', '<div id="promo" style="height: 60px">A promotion</div>'), 200));
</script>`;

/**
 * Serves a small shop on a port with one SDK on each of its pages.
 *
 * @param {string} sdk file in ../sdks, without its suffix
 * @param {string} receiver URL
 */
export async function serveShop(sdk, receiver, port) {
  const script = await bundle(sdk);
  const server = createServer(async (request, response) => {
    const path = request.url.split('?')[0];
    const answer = (type, body) => response.setHeader('content-type', type).end(body);
    if (path === '/sdk.js') return answer('text/javascript', script);
    if (path === '/api/cart') return answer('application/json', '{}');
    if (path === '/blank') return answer('text/html', '<!doctype html><title>Nothing</title>');
    if (path !== '/hero.svg') return answer('text/html; charset=utf-8', html(receiver, path));
    await sleep(150); // so that it is painted after the words
    answer('image/svg+xml', hero);
  });
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  return { url: `http://localhost:${port}`, close: () => new Promise((closed) => server.close(closed).closeAllConnections()) };
}

/**
 * One visit: a load, a click that blocks and buys, an error, a route change, another load, and away.
 *
 * @param {{leaves?: (documents: number) => Promise<unknown>}} [options] waited for before the visitor leaves the nth document
 * @returns {Promise<{documents: object[], answers: {url: string, status: number}[], console: string[]}>} what each document measured of
 *   itself, how the receiver answered, and what stands on the console
 */
export async function visitShop(browser, shop, receiver, { leaves = async () => {} } = {}) {
  const page = await openPage(browser);
  const answers = [];
  const said = [];
  page.on('response', (response) => response.url().startsWith(receiver) && answers.push({ url: response.url(), status: response.status() }));
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  await page.goto(`${shop}/blank`); // the first document of a tab has, in Firefox, a fetch that began before its navigation
  await measureIndependently(page);
  const vital = (name) =>
    until(`web-vitals to have ${name}`, async () => {
      const seen = await measuredHere(page);
      return seen?.vitals[name];
    });
  const loaded = () => until('the load to have ended', async () => (await measuredHere(page))?.navigation?.loadEventEnd > 0);
  const click = (selector) => page.locator(selector).click();

  await page.goto(`${shop}/?token=s3cret`);
  await loaded();
  await vital('FCP');
  await page.waitForSelector('#promo');
  await click('#buy');
  await page.waitForFunction(() => document.querySelector('#buy').textContent === 'Bought');
  await click('h1'); // the page is shown before and after
  const types = await page.evaluate(() => PerformanceObserver.supportedEntryTypes);
  if (types.includes('event')) await vital('INP');
  await click('#fail');
  await until('the error to be seen', async () => (await measuredHere(page)).errors.length === 1);
  await click('#cart');
  await page.waitForFunction(() => location.pathname === '/cart');
  await leaves(1);
  await Promise.all([page.waitForNavigation(), click('#pay')]);
  await loaded();
  await vital('FCP');
  await page.waitForSelector('#promo');
  await leaves(2);
  await page.goto('about:blank');

  const reader = await openPage(browser);
  await reader.goto(`${shop}/blank`);
  const documents = await measured(reader);
  await reader.close();
  await page.close();
  return { documents, answers, console: said };
}
