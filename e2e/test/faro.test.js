// The recorded payloads of the Grafana Faro Web SDK, to the built collector.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordings, replay } from '../harness/captures.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';

const bodies = recordings('faro');
const sent = (list) => bodies.flatMap(({ body }) => JSON.parse(body)[list] ?? []);
const events = (name) => sent('events').filter((event) => event.name === name).length;
const vitals = sent('measurements').filter(({ type }) => type === 'web-vitals');
const headers = ['content-type', 'idempotency-key', 'x-api-key', 'x-faro-session-id'];

for (const [title, times] of [['once', 1], ['twice', 2]]) {
  describe(`payloads of Faro, sent ${title}`, () => {
    const origin = 'http://localhost:8100';
    let collector, logs, metrics, answers, preflight;

    before(async () => {
      collector = await startCollector({ origin });
      preflight = await fetch(`${collector.url}/faro/collect`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers.join(',') },
      });
      answers = [];
      for (const recording of bodies) {
        for (let i = 0; i < times; i++) {
          answers.push((await replay(collector.url, { ...recording, path: '/faro/collect' })).status);
        }
      }
      await collector.stop();
      [logs, metrics] = await Promise.all([collector.logs(), collector.metrics()]);
    });
    after(() => collector?.remove());

    const count = (name) => logs.filter((record) => record.name === name).length;

    test('are let through by a preflight, and accepted', () => {
      assert.equal(preflight.status, 204);
      for (const header of headers) assert.ok(preflight.headers.get('access-control-allow-headers').includes(header), header);
      assert.deepEqual([...new Set(answers)], [202]);
    });

    test('give each event once', () => {
      assert.equal(count('browser.web_vital'), vitals.length);
      assert.equal(count('exception'), sent('exceptions').length);
      assert.equal(count('browser.resource_timing'), events('faro.performance.resource'));
      assert.equal(count('browser.navigation_timing'), events('faro.performance.navigation'));
      assert.equal(count('rum.interaction'), events('faro.user.action'));
      assert.equal(count('session.start'), events('session_start'));
      const custom = sent('measurements').length - vitals.length;
      assert.equal(count('rum.measurement'), custom);
      for (const name of ['add_to_cart', 'survey_opened']) assert.equal(count(name), events(name), name);
    });

    test('count in the metrics: a vital with its last value, a page load as a view, a session once', () => {
      const ids = new Set(vitals.map(({ context }) => context.id));
      assert.ok(ids.size < vitals.length, 'one is reported twice');
      const counted = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'].reduce((sum, name) => sum + total(metrics, `browser.web_vital.${name}`, 'count'), 0);
      const apart = ['lcp', 'fcp'].reduce((sum, name) => sum + total(metrics, `rum.back_forward_cache.${name}`, 'count'), 0);
      assert.equal(apart, 2, 'of the one return');
      assert.equal(counted + apart, ids.size - 1, 'a return has no first byte');
      assert.equal(total(metrics, 'rum.page_views', 'value'), events('faro.performance.navigation'));
      assert.equal(total(metrics, 'rum.sessions', 'value'), 1);
    });

    test('leave nothing personal', () => {
      assert.doesNotMatch(JSON.stringify(logs), /jane|Jane Doe|tok_9f8e7d|demokey_51Hsecret|utm_source/);
    });
  });
}
