// The Next.js example, built and started as its users would, visited in real browsers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, openPage } from '../harness/browser.js';
import { startCollector } from '../harness/collector.js';
import { startNextjs } from '../harness/nextjs.js';
import { total } from '../harness/otlp.js';
import { settled, until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { selfMetrics } from '../harness/self-metrics.js';

const vitalsOf = { chromium: ['cls', 'fcp', 'inp', 'lcp', 'ttfb'], firefox: ['fcp', 'ttfb'] };

for (const [name, vitals] of Object.entries(vitalsOf)) {
  describe(`a visit to the Next.js example in ${name}`, () => {
    let browser, collector, shop, logs;
    const named = (event) => logs.filter((record) => record.name === event).sort((a, b) => a.time - b.time);

    before(async () => {
      const [port] = await freePorts(1);
      collector = await startCollector({ origin: `http://127.0.0.1:${port}` });
      shop = await startNextjs(port, collector.url);
      browser = await launch(name);
      const page = await openPage(browser);
      await visit(page, shop.url);
      await until('the last error to arrive', async () =>
        (await collector.logs()).some((record) => record.attributes['exception.type'] === 'RangeError'),
      );
      logs = await settled('all records to arrive', collector.logs);
    });
    after(async () => {
      await browser?.close();
      await shop?.stop();
      await collector?.stop();
      await collector?.remove();
    });

    test('has one page view for each navigation, in order, with the route of the App Router', () => {
      const views = named('browser.navigation').map(({ attributes }) => [attributes['url.path'], attributes['url.template']]);
      assert.deepEqual(views, [
        ['/', '/'],
        ['/product/tea%20pot', '/product/:id'],
        ['/checkout', '/checkout'],
        ['/broken', '/broken'],
      ]);
    });

    test('has the vitals that the browser knows', () => {
      const seen = new Set(named('browser.web_vital').map(({ attributes }) => attributes['browser.web_vital.name']));
      for (const vital of vitals) assert.ok(seen.has(vital), `no ${vital}`);
    });

    test('has what the application measures, once each', () => {
      const interactions = named('rum.interaction').map(({ attributes }) => attributes);
      const reported = interactions.map((attributes) => attributes['rum.interaction.name']);
      assert.deepEqual(reported, ['add_to_cart', 'place_order']);
    });

    test('has the error of the boundary once, with its components, and the one that nobody handles', () => {
      const errors = named('exception').map(({ attributes }) => attributes);
      assert.deepEqual(errors.map((error) => error['exception.type']), ['TypeError', 'RangeError']);
      assert.match(errors[0]['rum.metadata.component_stack'] ?? '', name === 'firefox' ? /@http/ : /^at /);
    });

    test('reports no value of a query', () => {
      assert.ok(!JSON.stringify(logs).includes('s3cret'));
    });
  });
}

describe('what Next.js measures itself, in chromium', () => {
  let browser, collector, shop, logs, metrics, refused;
  const complaints = [];
  const counts = (records) => {
    const all = {};
    for (const { attributes } of records) {
      const name = attributes['rum.measurement.name'] ?? attributes['browser.web_vital.name'];
      all[name] = (all[name] ?? 0) + 1;
    }
    return all;
  };

  /** Reports of a vital of a document, not of a route. */
  const loadsOf = (records, vital) =>
    records.filter(({ attributes }) => attributes['browser.web_vital.name'] === vital && attributes['browser.web_vital.navigation_type'] === 'navigate');

  before(async () => {
    const [port] = await freePorts(1);
    collector = await startCollector({ origin: `http://127.0.0.1:${port}` });
    shop = await startNextjs(port, collector.url);
    browser = await launch('chromium');
    const page = await openPage(browser);
    page.on('console', (message) => ['error', 'warn'].includes(message.type()) && complaints.push(message.text()));
    const arrived = (...names) =>
      until(`${names} to arrive`, async () => {
        const seen = counts(await collector.logs());
        return names.every((name) => seen[name] > 0);
      });
    await page.goto(`${shop.url}/with-pages`);
    await arrived('Next.js-hydration', 'fcp', 'ttfb');
    await page.locator('a').click();
    await page.waitForSelector('article');
    await arrived('Next.js-route-change-to-render', 'Next.js-render');
    await page.goto(`${shop.url}/with-web-vitals`);
    await until('the vitals of the App Router to arrive', async () => loadsOf(await collector.logs(), 'fcp').length > 1);
    await page.goto('about:blank');
    logs = await settled('all records to arrive', collector.logs);
    refused = (await selfMetrics(collector.telemetryUrl)).value('otelcol_rum_receiver_events_refused');
    await collector.stop();
    metrics = await collector.metrics();
  });
  after(async () => {
    await browser?.close();
    await shop?.stop();
    await collector?.stop();
    await collector?.remove();
  });

  test('is taken, and the page hears nothing of it', () => {
    assert.equal(refused, 0);
    assert.deepEqual(complaints, []);
  });

  test('is a measurement in ms, once each', () => {
    const measured = logs.filter(({ name }) => name === 'rum.measurement');
    assert.deepEqual(counts(measured), { 'Next.js-hydration': 1, 'Next.js-render': 1, 'Next.js-route-change-to-render': 1 });
    for (const { attributes } of measured) {
      assert.equal(attributes['rum.measurement.unit'], 'ms');
      assert.ok(attributes['rum.measurement.value'] >= 0);
    }
    assert.equal(total(metrics, 'rum.measurement', 'count', { 'rum.measurement.name': 'Next.js-hydration' }), 1);
  });

  test('is a vital of each document', () => {
    for (const vital of ['fcp', 'ttfb']) {
      assert.equal(loadsOf(logs, vital).length, 2, vital);
      assert.ok(total(metrics, `browser.web_vital.${vital}`, 'count') >= 2, vital);
    }
  });
});

/** Home, a product, the checkout, both errors, and away. Every step is taken as a user would. */
async function visit(page, url) {
  const click = (selector) => page.locator(selector).click();
  await page.goto(url, { waitUntil: 'networkidle0' });
  await click('a[href="/product/tea%20pot"]');
  await click('article button');
  await click('a[href^="/checkout?"]');
  await page.locator('#name').fill('Ann');
  await page.locator('#street').fill('Quay 1');
  await click('form button');
  await page.waitForSelector('main [role=status]');
  await click('a[href="/broken"]');
  await click('#render');
  await page.waitForSelector('main [role=alert]');
  await click('#throw');
  await page.goto('about:blank');
}
