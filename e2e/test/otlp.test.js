// The recorded exports of OpenTelemetry's browser packages, to the built collector.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordings, replay } from '../harness/captures.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';

const bodies = recordings('otel');
const attributeOf = (record, key) => record.attributes.find((attribute) => attribute.key === key)?.value.stringValue;
const sent = bodies
  .flatMap(({ body }) => JSON.parse(body).resourceLogs)
  .flatMap(({ scopeLogs }) => scopeLogs)
  .flatMap(({ logRecords }) => logRecords);
/** Each export of logs is a resource to the instrumentation, and would be the reason for the next export. */
const isOwn = (record) => attributeOf(record, 'url.full')?.endsWith('/v1/logs') ?? false;
const wanted = sent.filter((record) => !isOwn(record));
const sentAs = (name) => wanted.filter(({ eventName }) => eventName === name).length;

describe('exports of OpenTelemetry in a browser', () => {
  const origin = 'http://localhost:8100';
  let collector, logs, metrics, answers, preflight;

  before(async () => {
    collector = await startCollector({ origin });
    preflight = await fetch(`${collector.url}/v1/logs`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
    answers = [];
    for (const recording of bodies) {
      const response = await replay(collector.url, recording);
      answers.push({ status: response.status, body: await response.json() });
    }
    await collector.stop();
    [logs, metrics] = await Promise.all([collector.logs(), collector.metrics()]);
  });
  after(() => collector?.remove());

  test('are let through by a preflight, and answered as exporters expect', () => {
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
    assert.match(preflight.headers.get('access-control-allow-headers'), /content-type/i);
    for (const answer of answers) assert.deepEqual(answer, { status: 200, body: { partialSuccess: {} } });
  });

  test('give each event once, under the name that it has there', () => {
    assert.ok(wanted.length < sent.length, 'the recording has exports of its own');
    assert.equal(logs.length, wanted.length);
    const count = (name) => logs.filter((record) => record.name === name).length;
    const same = ['browser.web_vital', 'browser.navigation', 'browser.navigation_timing', 'browser.resource_timing', 'browser.user_action.click'];
    for (const name of same) assert.equal(count(name), sentAs(name), name);
    assert.equal(count('exception'), sentAs('exception') + sentAs('browser.console'));
    for (const name of ['shop.add_to_cart', 'shop.survey_opened']) assert.equal(count(name), sentAs(name), name);
  });

  test('count in the metrics, a vital once', () => {
    const vitals = wanted.filter(({ eventName }) => eventName === 'browser.web_vital');
    const ids = new Set(vitals.map((record) => attributeOf(record, 'browser.web_vital.id')));
    assert.ok(ids.size < vitals.length, 'one is reported twice');
    const counted = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'].reduce((sum, name) => sum + total(metrics, `browser.web_vital.${name}`, 'count'), 0);
    const apart = ['lcp', 'fcp'].reduce((sum, name) => sum + total(metrics, `rum.back_forward_cache.${name}`, 'count'), 0);
    assert.equal(apart, 2, 'of the one return');
    assert.equal(counted + apart, ids.size - 1, 'a return has no first byte');
    assert.equal(total(metrics, 'rum.page_views', 'value'), sentAs('browser.navigation'));
  });

  test('leave no secret of a URL', () => {
    assert.doesNotMatch(JSON.stringify(logs), /jane\.doe|tok_9f8e7d|demokey_51Hsecret|utm_source/);
  });
});
