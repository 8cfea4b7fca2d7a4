// What strangers send to the built collector: each fault has its status, its reason in the answer
// and in the collector's own metrics; the good events of the same body are kept; and no payload
// reaches the collector's log.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startCollector } from '../harness/collector.js';
import { until } from '../harness/poll.js';
import { selfMetrics } from '../harness/self-metrics.js';

/** Stands in every payload, so that it can be looked for in the log. */
const marker = 'payload-marker-5c1e';

const event = (more = {}) => ({
  type: 'metric',
  name: 'checkout_ms',
  value: 12,
  timestamp: Date.now(),
  url: `https://shop.example/${marker}`,
  sessionId: marker,
  ...more,
});
const array = (...events) => JSON.stringify(events);
const batch = (more = {}) =>
  JSON.stringify({
    v: 1,
    id: crypto.randomUUID(),
    t0: Date.now() - 1000,
    now: 1000,
    session: { id: marker },
    pages: [{ id: 'p1', url: `https://shop.example/${marker}` }],
    events: [{ k: 'measure', t: 10, n: 'checkout_ms', v: 12 }],
    ...more,
  });

/** Bodies of which nothing can be taken. */
const refused = [
  ['an empty body', '', 400, 'empty_body'],
  ['a body of spaces', '  \n ', 400, 'empty_body'],
  ['text that is no JSON', `hello ${marker}`, 400, 'bad_json'],
  ['JSON that stops in the middle', array(event()).slice(0, -20), 400, 'bad_json'],
  ['JSON with more behind it', `${array(event())} ${marker}`, 400, 'bad_json'],
  ['arrays nested without end', '['.repeat(100_000), 400, 'too_deep'],
  ['NaN, which JSON does not have', array(event()).replace('12', 'NaN'), 400, 'bad_json'],
  ['neither array nor object', `"${marker}"`, 400, 'unknown_format'],
  ['an object that is no batch', JSON.stringify({ [marker]: true }), 400, 'unknown_format'],
  ['a batch of an unknown version', batch({ v: 99 }), 400, 'unknown_version'],
  ['a batch whose events are no list', batch({ events: marker }), 400, 'bad_batch'],
  ['a batch whose session is no object', batch({ session: marker }), 400, 'bad_batch'],
  ['a batch without a time origin', batch({ t0: marker }), 400, 'bad_batch'],
  ['a body of 2 MB', array(event({ metadata: { text: 'x'.repeat(2 << 20) } })), 413, 'too_large'],
];

/** Events that cannot be taken, sent before and after a good one. */
const faults = [
  ['no object', 42, 'bad_event'],
  ['an unknown type', event({ type: marker }), 'unknown_type'],
  ['no type', event({ type: undefined }), 'unknown_type'],
  ['a type that is no string', event({ type: 7 }), 'bad_event'],
  ['no name', event({ name: undefined }), 'missing_name'],
  ['an empty name', event({ name: '' }), 'missing_name'],
  ['a name that is no string', event({ name: [marker] }), 'bad_event'],
  ['a value that is text', event({ value: 'NaN' }), 'bad_value'],
  ['a value that is null, as JSON writes NaN', event({ value: null }), 'bad_value'],
  ['no value', event({ value: undefined }), 'bad_value'],
  ['a negative vital', event({ name: 'LCP', value: -1, metadata: { id: 'v1' } }), 'bad_value'],
  ['no timestamp', event({ timestamp: undefined }), 'bad_timestamp'],
  ['a timestamp of text', event({ timestamp: marker }), 'bad_timestamp'],
  ['a timestamp before 1970', event({ timestamp: -1 }), 'bad_timestamp'],
  ['a timestamp past all calendars', event({ timestamp: 1e300 }), 'bad_timestamp'],
  ['tags that are no object', event({ tags: marker }), 'bad_event'],
];

describe('bad input', () => {
  let collector;
  before(async () => (collector = await startCollector({ env: { E2E_SETTLE_AFTER: '500ms' } })));
  after(async () => {
    await collector?.stop();
    await collector?.remove();
  });

  const post = (body, { path = '/v1/rum', ...init } = {}) =>
    fetch(collector.url + path, { method: 'POST', body, ...init }).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      answer: await response.json(),
    }));
  const counted = async (metric, labels) => (await selfMetrics(collector.telemetryUrl)).value(metric, labels);

  for (const [title, body, status, reason] of refused) {
    test(`${title}: ${status} ${reason}`, async () => {
      const outcome = { outcome: reason };
      const before = await counted('otelcol_rum_receiver_requests', outcome);
      const got = await post(body);
      assert.equal(got.status, status);
      assert.equal(got.answer.reason, reason);
      assert.ok(got.answer.error.length > 10, 'the answer explains itself');
      assert.ok(!JSON.stringify(got.answer).includes(marker), 'the answer repeats no payload');
      await until('the request to be counted', async () =>
        (await counted('otelcol_rum_receiver_requests', outcome)) === before + 1);
    });
  }

  for (const [title, bad, reason] of faults) {
    test(`an event with ${title}: ${reason}, and its neighbours are kept`, async () => {
      const before = await counted('otelcol_rum_receiver_events_refused', { reason });
      const got = await post(array(event(), bad, event()));
      assert.equal(got.status, 200, JSON.stringify(got.answer));
      assert.equal(got.answer.received, 2);
      assert.equal(got.answer.rejected, 1);
      assert.deepEqual(got.answer.errors.map((e) => [e.index, e.reason]), [[1, reason]]);
      assert.ok(!JSON.stringify(got.answer).includes(marker));
      assert.equal(await counted('otelcol_rum_receiver_events_refused', { reason }), before + 1);
    });

    test(`nothing but an event with ${title}: 400`, async () => {
      const got = await post(array(bad));
      assert.equal(got.status, 400);
      assert.equal(got.answer.received, 0);
      assert.equal(got.answer.rejected, 1);
      assert.equal(got.answer.errors[0].reason, reason);
      assert.ok(got.answer.error);
    });
  }

  test('an unknown kind of event in a batch is refused, its neighbours are kept', async () => {
    const got = await post(batch({
      events: [{ k: 'measure', t: 1, n: 'a', v: 1 }, { k: marker, t: 2 }, { k: 'vital', t: 3, n: 'LCP', v: 'x' }],
    }));
    assert.equal(got.status, 200, JSON.stringify(got.answer));
    assert.deepEqual([got.answer.received, got.answer.rejected], [1, 2]);
    assert.deepEqual(got.answer.errors.map((e) => e.reason), ['unknown_type', 'bad_value']);
  });

  test('broken UTF-8 is repaired, not refused', async () => {
    const body = Buffer.from(array(event({ name: 'caf\u00e9' })), 'latin1'); // é as one byte
    const got = await post(body);
    assert.equal(got.status, 200, JSON.stringify(got.answer));
    assert.equal(got.answer.received, 1);
    assert.match(got.answer.warnings.join(), /UTF-8/);
    await until('the record to arrive with a replacement character', async () =>
      (await collector.logs()).some((r) => r.attributes['rum.measurement.name'] === 'caf\ufffd'));
  });

  for (const [title, timestamp] of [['a year ahead', Date.now() + 365 * 864e5]]) {
    test(`a timestamp ${title} is taken as the time of arrival`, async () => {
      const name = `clock_${title.replaceAll(' ', '_')}`;
      assert.equal((await post(array(event({ name, timestamp })))).status, 200);
      const record = await until('its record', async () =>
        (await collector.logs()).find((r) => r.attributes['rum.measurement.name'] === name));
      assert.ok(Math.abs(record.time - Date.now()) < 60_000, new Date(record.time).toISOString());
    });
  }

  test('a timestamp of 1971, which is one in another unit, is refused', async () => {
    const got = await post(array(event({ name: 'clock', timestamp: 31_536_000_000 })));
    assert.equal(got.status, 400);
    assert.deepEqual(got.answer.errors.map((e) => e.reason), ['bad_timestamp']);
  });

  test('an absurd vital is kept in the records and out of the metrics', async () => {
    const metadata = { id: 'v-absurd' };
    const got = await post(array(event({ name: 'LCP', value: 818_693_952_298, metadata })));
    assert.equal(got.status, 200);
    const record = await until('its record', async () =>
      (await collector.logs()).find((r) => r.attributes['browser.web_vital.id'] === 'v-absurd'));
    assert.ok(record.attributes['rum.budget.invalid'], 'the budget calls it invalid');
    assert.equal(record.attributes['rum.budget.exceeded'], undefined);
  });

  for (const method of ['GET', 'PUT', 'DELETE']) {
    test(`${method} is no way to send a beacon: 405`, async () => {
      const got = await post(method === 'GET' ? undefined : array(event()), { method });
      assert.equal(got.status, 405);
      assert.equal(got.headers.get('allow'), 'POST');
      assert.equal(got.answer.reason, 'method_not_allowed');
    });
  }

  test('another path: 404', async () => {
    const got = await post(array(event()), { path: `/v1/${marker}` });
    assert.equal(got.status, 404);
    assert.equal(got.answer.reason, 'not_found');
  });

  test('both default paths take events', async () => {
    for (const path of ['/v1/rum', '/api/rum/collect']) {
      assert.equal((await post(array(event({ name: path })), { path })).status, 200);
    }
  });

  test('an unknown content encoding is 415, gzip that is none 400', async () => {
    for (const [encoding, status, reason] of [['gzip', 400, 'bad_encoding'], ['x-unknown', 415, 'unknown_encoding']]) {
      const got = await post(array(event()), { headers: { 'content-encoding': encoding } });
      assert.equal(got.status, status, encoding);
      assert.equal(got.answer.reason, reason, encoding);
    }
  });

  test('the content type says nothing: the path does', async () => {
    for (const type of ['application/json; charset=utf-8', 'text/plain;charset=UTF-8', 'image/png']) {
      const got = await post(array(event({ name: type })), { headers: { 'content-type': type } });
      assert.equal(got.status, 200, type);
    }
  });

  test('the books balance: received = emitted + refused + duplicate', async () => {
    await post(array(event({ name: 'again' })).replace(/\d{13}/, '1795425162354'));
    await post(array(event({ name: 'again' })).replace(/\d{13}/, '1795425162354'));
    const self = await selfMetrics(collector.telemetryUrl);
    const of = (name) => self.value(`otelcol_rum_receiver_events_${name}`);
    assert.ok(of('duplicate') >= 1);
    assert.equal(of('received'), of('emitted') + of('refused') + of('duplicate'));
  });

  test('the collector runs on, and nothing of a payload is in its log', () => {
    assert.ok(collector.running());
    assert.ok(collector.output().length > 0);
    assert.ok(!collector.output().includes(marker), 'payload in the log');
    assert.doesNotMatch(collector.output(), /panic/i);
  });
});
