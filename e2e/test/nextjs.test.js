// The Next.js example, built and started as its users would, visited in real browsers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, openPage } from '../harness/browser.js';
import { startCollector } from '../harness/collector.js';
import { startNextjs } from '../harness/nextjs.js';
import { settled, until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';

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
      const told = interactions.map((attributes) => attributes['rum.interaction.name']);
      assert.deepEqual(told, ['add_to_cart', 'place_order']);
    });

    test('has the error of the boundary once, with its components, and the one that nobody handles', () => {
      const errors = named('exception').map(({ attributes }) => attributes);
      assert.deepEqual(errors.map((error) => error['exception.type']), ['TypeError', 'RangeError']);
      assert.match(errors[0]['rum.metadata.component_stack'] ?? '', name === 'firefox' ? /@http/ : /^at /);
    });

    test('tells no value of a query', () => {
      assert.ok(!JSON.stringify(logs).includes('s3cret'));
    });
  });
}

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
