// The recorded envelopes of Sentry's browser SDK, to the built collector.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordings, replay } from '../harness/captures.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';

const envelopes = recordings('sentry');
const items = envelopes.flatMap(({ body }) => {
  const lines = String(body).split('\n').slice(1);
  return Array.from({ length: Math.floor(lines.length / 2) }, (_, i) => ({ type: JSON.parse(lines[2 * i]).type, ...JSON.parse(lines[2 * i + 1]) }));
});
const spans = items.flatMap((item) => item.items ?? []).filter((span) => span.attributes?.['sentry.op']);
const op = (pattern) => spans.filter((span) => pattern.test(span.attributes['sentry.op'].value));

for (const [title, times, query] of [['once, through a tunnel', 1, ''], ['twice, to a DSN', 2, '?sentry_version=7&sentry_key=abc']]) {
  describe(`envelopes of Sentry's SDK, sent ${title}`, () => {
    const origin = 'http://localhost:8100';
    let collector, logs, metrics, answers, preflight;

    before(async () => {
      collector = await startCollector({ origin });
      preflight = await fetch(`${collector.url}/api/42/envelope/`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-sentry-auth' },
      });
      answers = [];
      for (const recording of envelopes) {
        for (let i = 0; i < times; i++) answers.push((await replay(collector.url, { ...recording, path: `/api/42/envelope/${query}` })).status);
      }
      await collector.stop();
      [logs, metrics] = await Promise.all([collector.logs(), collector.metrics()]);
    });
    after(() => collector?.remove());

    const count = (name) => logs.filter((record) => record.name === name).length;

    test('are let through by a preflight, and accepted', () => {
      assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /x-sentry-auth/i);
      assert.deepEqual([...new Set(answers)], [200]);
    });

    test('give each event once', () => {
      const thrown = items.filter((item) => item.exception && !item.exception.values.at(-1).mechanism.synthetic);
      assert.equal(count('exception'), thrown.length);
      assert.equal(count('browser.navigation'), op(/^(pageload|navigation)$/).length);
      assert.equal(count('browser.resource_timing'), op(/^(http\.client|resource\..*)$/).length);
      assert.equal(count('browser.long_animation_frame'), op(/^ui\.long_animation_frame$/).length);
      assert.equal(count('session.start'), items.filter((item) => item.type === 'session' && item.init).length);
    });

    test('count in the metrics: a page view once, a vital with its last value', () => {
      assert.equal(total(metrics, 'rum.page_views', 'value'), 5);
      assert.equal(total(metrics, 'browser.web_vital.inp', 'count'), 3);
      assert.ok(Math.abs(total(metrics, 'browser.web_vital.inp', 'sum') - 0.584) < 1e-9);
    });

    test('leave nothing personal', () => {
      assert.doesNotMatch(JSON.stringify(logs), /jane|Jane Doe|tok_9f8e7d|demokey_51Hsecret|utm_source/);
    });
  });
}
