// What a record or a measurement stands for: sessions that the browser sampled count for more, a
// batch that is sent again counts for nothing.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, openPage } from '../harness/browser.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';
import { until } from '../harness/poll.js';
import { serveSite } from '../harness/site.js';

describe('weights', () => {
  let browser;
  before(async () => (browser = await launch('chromium')));
  after(() => browser?.close());

  /** Opens the site with Math.random fixed, lets the client do its work, and leaves. */
  async function visit(t, { attributes, answer, random = 0.1, events }) {
    const collector = await startCollector();
    const site = await serveSite(`${collector.url}/v1/rum`, { attributes, answer });
    const context = await browser.createBrowserContext(); // a storage of its own: a new session
    t.after(() => context.close());
    t.after(() => site.close());
    t.after(() => collector.remove());
    t.after(() => collector.stop());
    const page = await openPage(context);
    await page.evaluateOnNewDocument((value) => (Math.random = () => value), random);
    await page.goto(site.url);
    await page.waitForFunction(() => document.readyState === 'complete' && globalThis.RUM);
    await page.evaluate(() => RUM.getRUM()?.recordCustomMetric('basket', 3));
    if (events) await events(page, site);
    await page.goto('about:blank');
    return { collector, site, page };
  }

  async function outcome(collector) {
    await until('the vitals to arrive', async () =>
      (await collector.logs()).some((record) => record.attributes['browser.web_vital.name'] === 'lcp'));
    await collector.stop(); // counts what is pending
    return { logs: await collector.logs(), metrics: await collector.metrics() };
  }

  test('a session that was kept at a rate of 0.25 counts four times', async (t) => {
    const { collector } = await visit(t, { attributes: 'data-sample-rate="0.25"' });
    const { logs, metrics } = await outcome(collector);
    for (const { attributes } of logs) {
      assert.equal(attributes['rum.sampling.client_rate'], 0.25);
      assert.equal(attributes['rum.sampling.adjusted_count'], 4);
    }
    assert.equal(total(metrics, 'rum.page_views', 'value'), 4);
    assert.equal(total(metrics, 'rum.sessions', 'value'), 4);
    assert.equal(total(metrics, 'browser.web_vital.lcp', 'count'), 4);
    assert.equal(total(metrics, 'rum.budget.evaluations', 'value', { 'rum.budget.metric': 'lcp' }), 4);
    assert.equal(total(metrics, 'rum.measurement', 'count'), 4);
    assert.equal(total(metrics, 'rum.measurement', 'sum'), 12);
  });

  for (const [title, attributes, random] of [
    ['a session that was not kept', 'data-sample-rate="0.25"', 0.9],
    ['a page with a sample rate of 0', 'data-sample-rate="0"', 0],
  ]) {
    test(`${title} sends nothing`, async (t) => {
      const { collector, site, page } = await visit(t, { attributes, random });
      // A beacon of the test's own comes after all that the visit could have sent, and shows that
      // beacons arrive.
      await page.goto(site.url);
      await page.evaluate(() => navigator.sendBeacon('/v1/rum', '[]'));
      await until('the test’s beacon', () => site.posts.length > 0);
      assert.deepEqual(site.posts.map((post) => post.body), ['[]']);
      await collector.stop();
      assert.deepEqual(await collector.logs(), []);
    });
  }

  test('a batch whose answer was lost is sent again under its id and counted once', async (t) => {
    const { collector, site } = await visit(t, {
      answer: (attempt) => (attempt === 1 ? 503 : undefined),
      events: async (page, { posts }) => {
        await page.evaluate(() => RUM.getRUM().flush());
        await until('the batch to be sent again', () => posts.length >= 2, { timeout: 30_000 });
      },
    });
    const { logs, metrics } = await outcome(collector);
    const [first, second] = site.posts.map((post) => JSON.parse(post.body));
    assert.equal(second.id, first.id);
    assert.equal(site.posts[1].answer.duplicate, true);
    const baskets = logs.filter((record) => record.attributes['rum.measurement.name'] === 'basket');
    assert.equal(baskets.length, 1);
    assert.equal(total(metrics, 'rum.measurement', 'count'), 1);
    assert.equal(total(metrics, 'rum.page_views', 'value'), 1);
    assert.equal(total(metrics, 'browser.web_vital.lcp', 'count'), 1);
  });
});
