// Pages that have the web-vitals library and no client of ours, and send its reports as its README
// proposes: to the built collector, on another origin.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { launch, openPage } from '../harness/browser.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';
import { fromRoot } from '../harness/paths.js';
import { until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';

/** The page keeps what it sent, to be compared with what arrives. */
const page = (endpoint, send) => `<!doctype html><html lang="en"><title>A shop</title><h1>Words that are painted</h1>
<button id="buy">Buy</button>
<script src="/web-vitals.js"></script>
<script>
  buy.onclick = () => { const end = performance.now() + 80; while (performance.now() < end); };
  const sent = [];
  const sendBeacon = (body) => { sent.push(...[body].flat()); navigator.sendBeacon('${endpoint}', JSON.stringify(body)); };
  ${send}
  for (const on of ['onTTFB', 'onFCP', 'onLCP', 'onCLS', 'onINP']) webVitals[on](report, { reportAllChanges: false });
</script>`;

/** https://github.com/GoogleChrome/web-vitals#send-the-results-to-an-analytics-endpoint */
const ways = {
  'one by one': 'const report = (metric) => sendBeacon(metric);',
  'all when the page is hidden': `const queue = new Set();
    const report = (metric) => queue.add(metric);
    addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden' && queue.size) { sendBeacon([...queue]); queue.clear(); } });`,
};

for (const browserName of ['chromium', 'firefox']) {
  for (const [way, send] of Object.entries(ways)) {
    describe(`reports of web-vitals from ${browserName}, ${way}`, () => {
      let browser, collector, shop, origin;

      before(async () => {
        const [port] = await freePorts(1);
        origin = `http://localhost:${port}`;
        collector = await startCollector({ origin });
        const library = await readFile(fromRoot('e2e', 'node_modules', 'web-vitals', 'dist', 'web-vitals.attribution.iife.js'));
        const html = page(`${collector.url}/v1/web-vitals`, send);
        shop = createServer((request, response) => {
          const script = request.url === '/web-vitals.js';
          response.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8');
          response.end(script ? library : html);
        });
        await new Promise((listening) => shop.listen(port, '127.0.0.1', listening));
        browser = await launch(browserName);
      });
      after(async () => {
        await browser?.close();
        shop?.close();
        await collector?.stop();
        await collector?.remove();
      });

      test('arrive with their values and causes, and count', async () => {
        const tab = await openPage(browser);
        await tab.goto(`${origin}/cart?token=secret`);
        await tab.waitForSelector('#buy');
        await tab.click('#buy');
        await tab.click('h1'); // the page is shown before and after
        const sent = await leave(browser, tab);
        assert.ok(sent.length >= 4, `only ${sent.map(({ name }) => name)} were sent`);

        const records = await until('all reports to arrive', async () => {
          const logs = await collector.logs();
          return logs.length >= sent.length && logs;
        });
        assert.equal(records.length, sent.length);
        for (const { name, value, id, navigationType, target } of sent) {
          const { attributes, resource } = records.find(({ attributes }) => attributes['browser.web_vital.id'] === id);
          assert.equal(attributes['browser.web_vital.name'], name.toLowerCase());
          assert.equal(attributes['browser.web_vital.value'], value);
          assert.equal(attributes['browser.web_vital.navigation_type'], navigationType);
          assert.equal(attributes['rum.web_vital.target'], target);
          assert.equal(attributes['url.path'], '/cart');
          assert.doesNotMatch(JSON.stringify(attributes), /secret/);
          assert.match(resource['user_agent.name'], browserName === 'chromium' ? /Chrom/ : /Firefox/);
        }
        await until('each vital to count once', async () => {
          const points = await collector.metrics();
          return sent.every(({ name }) => total(points, `browser.web_vital.${name.toLowerCase()}`, 'count') === 1);
        });
      });
    });
  }
}

/**
 * Leaves the page for another tab and gives what it has sent. A browser without a window does not hide a tab that is
 * not in front, so the page is told that it is hidden, again until the library has reported the click: what it
 * learns after the first time waits for the next.
 */
async function leave(browser, tab) {
  await until('web-vitals to have seen the click', () => tab.evaluate(() => performance.getEntriesByType('first-input').length));
  const other = await openPage(browser);
  await other.bringToFront();
  await tab.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    Object.defineProperty(document, 'hidden', { value: true });
  });
  return until('all to be sent', async () => {
    const all = await tab.evaluate(() => {
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      return sent.map(({ name, value, id, navigationType, attribution: a }) => ({
        name, value, id, navigationType, target: a.target ?? a.interactionTarget ?? a.largestShiftTarget,
      }));
    });
    return all.some(({ name }) => name === 'INP') && all;
  });
}
