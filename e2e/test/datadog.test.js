// The recorded bodies of Datadog's browser SDK, to the built collector.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordings, replay } from '../harness/captures.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';

const bodies = recordings('datadog');
const sent = bodies.flatMap(({ body }) => String(body).split('\n').filter(Boolean).map((line) => JSON.parse(line)));
const of = (type) => sent.filter((event) => event.type === type);
const distinct = (type, member) => new Set(of(type).map(member)).size;

for (const [title, times, proxy] of [['once', 1, 'text'], ['twice', 2, 'function']]) {
  describe(`bodies of Datadog's SDK, sent ${title}, its proxy a ${proxy}`, () => {
    let collector, logs, metrics, answers;

    before(async () => {
      collector = await startCollector({ origin: 'http://localhost:8100' });
      answers = [];
      for (const recording of bodies) {
        const forward = new URLSearchParams(recording.query).get('ddforward');
        const path = proxy === 'text' ? `/datadog?${recording.query}` : `/datadog${forward}`;
        for (let i = 0; i < times; i++) answers.push((await replay(collector.url, { ...recording, path })).status);
      }
      await collector.stop();
      [logs, metrics] = await Promise.all([collector.logs(), collector.metrics()]);
    });
    after(() => collector?.remove());

    const count = (name) => logs.filter((record) => record.name === name).length;

    test('are accepted', () => assert.deepEqual([...new Set(answers)], [202]));

    test('give each event once', () => {
      assert.equal(count('exception'), of('error').length);
      assert.equal(count('browser.resource_timing'), of('resource').filter(({ resource }) => resource.type !== 'document').length);
      assert.equal(count('browser.user_action.click'), of('action').filter(({ action }) => action.type === 'click').length);
      assert.equal(count('browser.long_animation_frame'), of('long_task').length);
      assert.equal(count('add_to_cart'), 2);
      assert.equal(count('survey_opened'), 1);
      assert.equal(count('browser.navigation'), distinct('view', ({ view }) => view.id));
    });

    test('count in the metrics: a view once, a vital with its last value', () => {
      assert.equal(total(metrics, 'rum.page_views', 'value'), distinct('view', ({ view }) => view.id));
      assert.equal(total(metrics, 'rum.sessions', 'value'), 1);
      assert.equal(total(metrics, 'browser.web_vital.lcp', 'count'), 2);
      assert.equal(total(metrics, 'browser.web_vital.inp', 'count'), 4);
      assert.ok(Math.abs(total(metrics, 'browser.web_vital.inp', 'sum') - 0.528) < 1e-9);
    });

    test('leave nothing personal', () => {
      assert.doesNotMatch(JSON.stringify(logs), /jane|Jane Doe|tok_9f8e7d|demokey_51Hsecret|utm_source/);
    });
  });
}
