// Real SDKs from npm, as pages have them, on one visit of our own: what arrives is what the page measured of itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from '../harness/browser.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';
import { settled } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { serveShop, visitShop } from '../harness/sdks.js';
import { selfMetrics } from '../harness/self-metrics.js';

const ALL = ['TTFB', 'FCP', 'LCP', 'CLS', 'INP'];

/** What each SDK reports of the visit: vitals of the first load that it can know, page views by path, and how many of what else. */
const tells = {
  'web-vitals': { vitals: ALL, views: [], loads: 0, errors: 0, requests: 0, events: 0 },
  opentelemetry: { vitals: ALL, views: ['/', '/cart', '/thanks'], loads: 2, errors: 1, requests: 1, events: 0 },
  faro: { vitals: ALL, views: ['/', '/cart', '/thanks'], loads: 2, errors: 1, requests: 1, events: 1 },
  datadog: { vitals: ALL, views: ['/', '/cart', '/thanks'], loads: 2, errors: 1, requests: 1, events: 1 },
  sentry: { vitals: ALL, views: ['/', '/cart', '/thanks'], loads: 2, errors: 1, requests: 1, events: 1 },
  // TTFB is counted from the fetch of the document, and the rest of the vitals only if the load has not ended before them. A route
  // that fetches nothing is none.
  elastic: { vitals: [], views: ['/', '/thanks'], loads: 2, errors: 1, requests: 1, events: 0 },
  // Errors and requests wait for a beacon, which a visit this short may not see.
  boomerang: { vitals: ['TTFB'], views: ['/', '/thanks'], loads: 2, events: 0 },
};

for (const browserName of ['chromium', 'firefox']) {
  describe(`in ${browserName}`, () => {
    let browser;
    before(async () => (browser = await launch(browserName)));
    after(() => browser?.close());

    for (const sdk of Object.keys(tells)) {
      describe(`a visit that ${sdk} tells of`, () => {
        const { vitals, views, loads, errors, requests, events } = tells[sdk];
        let collector, shop, visit, logs, metrics, refused;
        const named = (name) => logs.filter((record) => record.name === name);

        before(async () => {
          const [port] = await freePorts(1);
          collector = await startCollector({ origin: `http://localhost:${port}` });
          shop = await serveShop(sdk, collector.url, port);
          visit = await visitShop(browser, shop.url, collector.url);
          logs = await settled('all records to arrive', collector.logs, { quietMs: 3_000 });
          const self = await selfMetrics(collector.telemetryUrl);
          refused = self.value('otelcol_rum_receiver_events_refused');
          await collector.stop();
          metrics = await collector.metrics();
        });
        after(async () => {
          await shop?.close();
          await collector?.stop();
          await collector?.remove();
        });

        test('is well received: no answer but 2xx, nothing refused, no complaint on the console', () => {
          assert.deepEqual(visit.answers.filter(({ status }) => status < 200 || status > 299), []);
          assert.equal(refused, 0);
          const complaints = visit.console.filter((said) => /^(error|warn)/.test(said) && !said.includes('planted in the page'));
          assert.deepEqual(complaints, []);
        });

        test('has the vitals as the page measured them, and counts them', () => {
          const own = visit.documents[0].vitals;
          for (const vital of vitals.filter((name) => name in own)) {
            const told = named('browser.web_vital').filter(({ attributes }) => attributes['browser.web_vital.name'] === vital.toLowerCase()).map(({ attributes }) => attributes['browser.web_vital.value']);
            const near = vital === 'CLS' ? 0.0001 : 1;
            // Which interactions an SDK still sees when the page is left is chance; each value must be one that there was.
            const seen = visit.documents[0].reports.filter(({ name }) => name === vital).map(({ value }) => value);
            const right = vital === 'INP' ? seen : seen.slice(-1);
            assert.ok(told.some((value) => right.some((one) => Math.abs(value - one) <= near)), `${vital}: the page measured ${right}, arrived ${told}`);
            assert.ok(total(metrics, `browser.web_vital.${vital.toLowerCase()}`, 'count') >= 1, vital);
          }
        });

        test('has what happened', () => {
          const paths = named('browser.navigation').map(({ attributes }) => attributes['url.path']).sort();
          assert.deepEqual(paths, [...views].sort());
          assert.equal(total(metrics, 'rum.page_views', 'value'), views.length);
          assert.equal(named('browser.navigation_timing').filter(({ attributes }) => attributes['rum.navigation_timing.total'] !== undefined).length, loads);
          const planted = named('exception').filter(({ attributes }) => attributes['exception.type'] === 'TypeError' && attributes['exception.message'].includes('planted in the page'));
          if (errors !== undefined) assert.equal(planted.length, errors);
          if (requests !== undefined) assert.equal(named('browser.resource_timing').filter(({ attributes }) => attributes['url.full'].endsWith('/api/cart')).length, requests);
          assert.equal(logs.filter(({ name, body }) => name === 'purchase' || body === 'purchase').length, events);
        });

        test('tells no secret of an address', () => assert.ok(!JSON.stringify(logs).includes('s3cret')));
      });
    }
  });
}
