// A Next.js site with @vercel/analytics and @vercel/speed-insights from npm, unchanged, whose scripts come from the
// receiver: built and started as its users would, visited in real browsers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, openPage } from '../harness/browser.js';
import { startCollector } from '../harness/collector.js';
import { measureIndependently, measuredHere } from '../harness/measure.js';
import { startNextjs } from '../harness/nextjs.js';
import { total } from '../harness/otlp.js';
import { settled, until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';

const vitalsOf = { chromium: ['FCP', 'INP', 'LCP', 'TTFB'], firefox: ['FCP', 'TTFB'] };

for (const [name, vitals] of Object.entries(vitalsOf)) {
  describe(`a visit in ${name} to a site with Vercel's packages`, () => {
    let browser, collector, site, logs, metrics, seen;
    const complaints = [];
    const scripts = [];
    const named = (event) => logs.filter((record) => record.name === event).sort((a, b) => a.time - b.time);

    before(async () => {
      const [port] = await freePorts(1);
      collector = await startCollector({ origin: `http://127.0.0.1:${port}` });
      site = await startNextjs(port, collector.url);
      browser = await launch(name);
      const page = await openPage(browser);
      page.on('console', (message) => ['error', 'warn'].includes(message.type()) && complaints.push(message.text()));
      page.on('response', (response) => response.url().includes('/rum.js') && scripts.push(response.status()));
      await measureIndependently(page);
      seen = await visit(page, site.url, vitals);
      await until('the event to arrive', async () => (await collector.logs()).some((record) => record.name === 'signup' || record.attributes['rum.measurement.name'] === 'signup'));
      logs = await settled('all records to arrive', collector.logs);
      await collector.stop();
      metrics = await collector.metrics();
    });
    after(async () => {
      await browser?.close();
      await site?.stop();
      await collector?.stop();
      await collector?.remove();
    });

    test('gets the script, and nothing on the console', () => {
      assert.ok(scripts.length > 0 && scripts.every((status) => status === 200), String(scripts));
      assert.deepEqual(complaints, []);
    });

    test('has one page view for each navigation, with its route, but for what beforeSend drops', () => {
      const views = named('browser.navigation').map(({ attributes }) => [attributes['url.path'], attributes['url.template']]);
      assert.deepEqual(views, [
        ['/with-vercel', '/with-vercel'],
        ['/with-vercel/notes/oolong', '/with-vercel/notes/:slug'],
        ['/with-vercel', '/with-vercel'],
      ]);
      assert.equal(total(metrics, 'rum.page_views', 'value'), 3);
    });

    test('has the custom event with its data', () => {
      const events = logs.filter((record) => JSON.stringify(record).includes('signup'));
      assert.equal(events.length, 1);
      assert.equal(events[0].attributes['rum.metadata.plan'], 'pro');
      assert.equal(events[0].attributes['rum.metadata.seats'], 3);
      assert.equal(events[0].resource['service.name'], 'vercel-shop');
    });

    test('has the vitals as the page measured them, with the route', () => {
      for (const vital of vitals) {
        const { attributes } = named('browser.web_vital').findLast(({ attributes }) => attributes['browser.web_vital.name'] === vital.toLowerCase()) ?? assert.fail(`no ${vital}`);
        assert.ok(Math.abs(attributes['browser.web_vital.value'] - seen[vital].value) < 1, `${vital}: ${attributes['browser.web_vital.value']}, not ${seen[vital].value}`);
        assert.equal(attributes['url.template'], '/with-vercel');
        assert.equal(total(metrics, `browser.web_vital.${vital.toLowerCase()}`, 'count'), 1);
      }
    });
  });
}

/** Home, a note, home, a private note; and away. */
async function visit(page, url, vitals) {
  const click = (selector) => page.locator(selector).click();
  await page.goto(`${url}/with-vercel`, { waitUntil: 'networkidle0' });
  await page.waitForFunction(() => globalThis.RUM?.getRUM());
  await click('#sign-up');
  await page.waitForFunction(() => document.querySelector('[role=status]').textContent === 'Welcome');
  const seen = await until('the page to have measured itself', async () => {
    const { vitals: own } = (await measuredHere(page)) ?? { vitals: {} };
    return vitals.every((vital) => vital in own) && own;
  });
  await click('a[href$="/oolong"]');
  await page.waitForSelector('article');
  await click('article a');
  await page.waitForSelector('a[href$="/private"]');
  await click('a[href$="/private"]');
  await page.waitForSelector('article');
  await page.goto('about:blank');
  return seen;
}
