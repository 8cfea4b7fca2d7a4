// The recorded beacons of boomerang, to the built collector.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { queries, recordings, replay } from '../harness/captures.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';

const posts = recordings('boomerang').map((recording) => ({ ...recording, path: '/boomerang', says: new URLSearchParams(String(recording.body)) }));
const gets = queries('boomerang-get').map((recording) => ({ ...recording, path: `/boomerang?${recording.query}`, says: new URLSearchParams(recording.query) }));

for (const [title, times, beacons] of [['once by POST', 1, posts], ['twice by GET', 2, gets]]) {
  describe(`beacons of boomerang, sent ${title}`, () => {
    let collector, logs, metrics, answers;

    before(async () => {
      collector = await startCollector({ origin: 'http://localhost:8100' });
      answers = [];
      for (const beacon of beacons) {
        for (let i = 0; i < times; i++) answers.push((await replay(collector.url, beacon)).status);
      }
      await collector.stop();
      [logs, metrics] = await Promise.all([collector.logs(), collector.metrics()]);
    });
    after(() => collector?.remove());

    const count = (name) => logs.filter((record) => record.name === name).length;
    const sum = (name) => beacons.reduce((n, { says }) => n + Number(says.get(name) ?? 0), 0);

    test('are answered as the library asks', () => assert.deepEqual([...new Set(answers)], [204]));

    test('give each event once', () => {
      assert.equal(count('exception'), 7);
      assert.equal(count('browser.resource_timing'), 19);
      assert.equal(count('browser.navigation'), beacons.filter(({ says }) => says.get('http.initiator')).length);
      assert.equal(count('rum.long_task'), sum('c.lt.n'));
    });

    test('count in the metrics', () => {
      assert.equal(total(metrics, 'rum.page_views', 'value'), 5);
      assert.equal(total(metrics, 'rum.sessions', 'value'), 1);
      assert.equal(total(metrics, 'browser.web_vital.lcp', 'count'), 2);
      assert.ok(Math.abs(total(metrics, 'browser.web_vital.inp', 'sum') - sum('et.inp') / 1000) < 1e-9);
    });

    test('leave nothing personal', () => {
      assert.doesNotMatch(JSON.stringify(logs), /jane|Jane Doe|tok_9f8e7d|demokey_51Hsecret|utm_source/);
    });
  });
}
