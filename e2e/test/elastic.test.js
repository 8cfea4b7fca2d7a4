// The recorded bodies of Elastic's browser agent, to the built collector.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { recordings, replay } from '../harness/captures.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';

const bodies = recordings('elastic');
const sent = bodies.flatMap(({ body }) => String(gunzipSync(body)).split('\n').filter(Boolean).map((line) => JSON.parse(line)));
const transactions = sent.flatMap(({ x }) => (x ? [x] : []));
const of = (type) => transactions.filter(({ t }) => t === type);
const spans = transactions.flatMap(({ y }) => y ?? []);

for (const [title, times] of [['once', 1], ['twice', 2]]) {
  describe(`bodies of Elastic's agent, sent ${title}`, () => {
    let collector, logs, metrics, answers, configuration;

    before(async () => {
      collector = await startCollector({ origin: 'http://localhost:8100' });
      answers = [];
      for (const recording of bodies) {
        for (let i = 0; i < times; i++) answers.push((await replay(collector.url, recording)).status);
      }
      configuration = await fetch(`${collector.url}/config/v1/rum/agents?service.name=demo-shop-web`);
      await collector.stop();
      [logs, metrics] = await Promise.all([collector.logs(), collector.metrics()]);
    });
    after(() => collector?.remove());

    const count = (name) => logs.filter((record) => record.name === name).length;

    test('are accepted', () => {
      assert.deepEqual([...new Set(answers)], [202]);
      assert.equal(configuration.status, 200);
    });

    test('give each event once', () => {
      assert.equal(count('exception'), sent.filter(({ e }) => e).length);
      assert.equal(count('browser.resource_timing'), spans.filter(({ t }) => t === 'resource' || t === 'external').length);
      assert.equal(count('rum.long_task'), spans.filter(({ n }) => n === 'Longtask(self)').length);
      assert.equal(count('browser.navigation'), of('page-load').length + of('route-change').length);
      assert.equal(count('browser.navigation_timing'), of('page-load').length);
    });

    test('count in the metrics', () => {
      assert.equal(total(metrics, 'rum.page_views', 'value'), 4);
      assert.equal(total(metrics, 'browser.web_vital.lcp', 'count'), 2);
      assert.ok(Math.abs(total(metrics, 'browser.web_vital.inp', 'sum') - 0.328) < 1e-9);
    });

    test('leave nothing personal', () => {
      assert.doesNotMatch(JSON.stringify(logs), /jane|Jane Doe|tok_9f8e7d|demokey_51Hsecret|utm_source/);
    });
  });
}
