import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';
import { settled, until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { serveShop, visitShop } from '../harness/sdks.js';
import { selfMetrics } from '../harness/self-metrics.js';
import { due, factsOf, reports, valuesOf } from './reports.js';

const FACTS = ['views', 'loads', 'errors', 'requests', 'events'];
const pick = (facts, names) => Object.fromEntries(names.map((name) => [name, facts[name]]));

/**
 * Tests of one visit to a shop with an SDK: what arrives is what the page measured of itself.
 *
 * @param {string} sdk one of ./reports.js
 * @param {() => import('puppeteer-core').Browser} browser
 */
export function describeVisit(sdk, browser) {
  describe(`a visit that ${sdk} reports`, () => {
    const reported = reports[sdk];
    let collector, shop, visit, logs, metrics, refused;

    /** Whether the facts of so many documents are there. */
    const has = (records, names, documents) => {
      const facts = JSON.stringify(pick(factsOf(records), names));
      if (facts !== JSON.stringify(pick(due(reported, documents), names))) throw new Error(`${facts} so far`);
      return true;
    };

    before(async () => {
      const [port] = await freePorts(1);
      collector = await startCollector({ origin: `http://localhost:${port}` });
      shop = await serveShop(sdk, collector.url, port);
      // What is sent while the page is open is waited for, so that nothing depends on how fast the visitor leaves.
      const leaves = (documents) => arrival(`what ${sdk} sends while page ${documents} is open`, async () => has(await collector.logs(), reported.live, documents));
      visit = await visitShop(browser(), shop.url, collector.url, { leaves });
      await arrival('all that is reported of the visit', async () => {
        const records = await collector.logs();
        return has(records, FACTS, 2) && vitalsHere().every((vital) => valuesOf(records, vital).length > 0);
      });
      logs = await settled('no more to arrive', collector.logs, { quietMs: 1_500 }); // what comes twice comes late
      refused = (await selfMetrics(collector.telemetryUrl)).value('otelcol_rum_receiver_events_refused');
      await collector.stop();
      metrics = await collector.metrics();
    });
    after(async () => {
      await shop?.close();
      await collector?.stop();
      await collector?.remove();
    });

    /** Those of the first document that the browser measures. */
    const vitalsHere = () => reported.vitals.filter((vital) => vital in visit.documents[0].vitals);

    test('is well received: no answer but 2xx, nothing refused, no complaint on the console', () => {
      assert.deepEqual(visit.answers.filter(({ status }) => status < 200 || status > 299), []);
      assert.equal(refused, 0);
      const complaints = visit.console.filter((said) => /^(error|warn)/.test(said) && !said.includes('planted in the page'));
      assert.deepEqual(complaints, []);
    });

    test('has the vitals as the page measured them, and counts them', () => {
      const { reports } = visit.documents[0];
      for (const vital of vitalsHere()) {
        const near = vital === 'CLS' ? 0.0001 : 1;
        // Which interactions an SDK still sees when the page is left is chance; each value must be one that there was.
        const seen = reports.filter(({ name }) => name === vital).map(({ value }) => value);
        const right = vital === 'INP' ? seen : seen.slice(-1);
        const values = valuesOf(logs, vital);
        assert.ok(values.some((value) => right.some((one) => Math.abs(value - one) <= near)), `${vital}: the page measured ${right}, arrived ${values}`);
        assert.ok(total(metrics, `browser.web_vital.${vital.toLowerCase()}`, 'count') >= 1, vital);
      }
    });

    test('has what happened, once', () => {
      assert.deepEqual(pick(factsOf(logs), FACTS), pick(reported, FACTS));
      assert.equal(total(metrics, 'rum.page_views', 'value'), reported.views.length);
    });

    test('reports no secret of an address', () => assert.ok(!JSON.stringify(logs).includes('s3cret')));
  });
}

/** Waits for something; when it does not come, the tests say what is missing. */
const arrival = (what, check) => until(what, check, { timeout: 30_000 }).catch((error) => console.error(error.message));
