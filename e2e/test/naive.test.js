// The recorded bodies of a naive client: arrays that repeat everything, vitals that are reported
// again and again. What they mean is computed here from the bodies alone and compared with what the
// built collector makes of them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordings, replay } from '../harness/captures.js';
import { startCollector } from '../harness/collector.js';
import { total } from '../harness/otlp.js';
import { until } from '../harness/poll.js';

const bodies = recordings('naive');
const events = bodies.flatMap(({ body }) => JSON.parse(body));
const vitalNames = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB', 'FID'];

const isVital = (event) => event.type === 'metric' && vitalNames.includes(event.name);
const isCustom = (event) => event.type === 'metric' && !isVital(event) && event.name !== 'long_task';
const isPhase = (event) => event.type === 'navigation' && event.name.startsWith('nav_');
const named = (name) => events.filter((event) => event.name === name);
const typed = (type) => events.filter((event) => event.type === type);

/** The last report of each measurement: by time, since an exit beacon may arrive after the next page's first. */
const finalVitals = [
  ...events
    .filter(isVital)
    .toSorted((a, b) => a.timestamp - b.timestamp)
    .reduce((last, event) => last.set(event.metadata.id, event), new Map())
    .values(),
];

/** A page that comes back from the back/forward cache is not loaded: its load vitals mean nothing. */
const meaningless = (name, navigationType) =>
  navigationType === 'back-forward-cache' && ['LCP', 'FCP', 'TTFB'].includes(name.toUpperCase());

/** What the phases of form 1 are called in metrics. */
const phases = {
  nav_dns: 'dns', nav_tcp: 'tcp', nav_ssl: 'tls', nav_ttfb: 'ttfb', nav_download: 'download',
  nav_domParse: 'dom_parse', nav_domContentLoaded: 'dom_content_loaded', nav_load: 'load', nav_total: 'total',
};

// Guards against a capture that no longer says what the issue says.
test('the recorded visit is the one that the figures below speak of', () => {
  assert.equal(bodies.length, 12);
  assert.equal(named('add_to_cart').length, 2);
  assert.equal(named('survey_opened').length, 1);
  assert.equal(typed('error').length, 6);
  assert.ok(finalVitals.length < events.filter(isVital).length, 'no vital is reported twice');
});

for (const [title, times] of [['once', 1], ['twice', 2]]) {
  describe(`every recorded body sent ${title}`, () => {
    let collector, logs, metrics, answers;

    before(async () => {
      collector = await startCollector();
      answers = [];
      for (const recording of bodies) {
        for (let i = 0; i < times; i++) {
          const response = await replay(collector.url, recording);
          answers.push({ status: response.status, recording, ...(await response.json()) });
        }
      }
      await collector.stop();
      [logs, metrics] = await Promise.all([collector.logs(), collector.metrics()]);
    });
    after(() => collector?.remove());

    const count = (metric, match) => total(metrics, metric, 'count', match);
    const value = (metric, match) => total(metrics, metric, 'value', match);
    const sum = (metric, match) => total(metrics, metric, 'sum', match);
    const records = (name) => logs.filter((record) => record.name === name);

    test('is taken as it is, with all its events', () => {
      for (const { status, received, rejected, recording } of answers) {
        assert.equal(status, 200, recording.file);
        assert.equal(received, JSON.parse(recording.body).length, recording.file);
        assert.equal(rejected ?? 0, 0, recording.file);
      }
    });

    test('makes one log record of each event', () => {
      assert.equal(records('browser.web_vital').length, events.filter(isVital).length);
      assert.equal(records('exception').length, typed('error').length);
      assert.equal(records('browser.resource_timing').length, typed('resource').length);
      assert.equal(records('browser.navigation').length, named('page_view').length);
      assert.equal(records('rum.long_task').length, named('long_task').length);
      assert.equal(records('rum.interaction').length, typed('interaction').length);
      assert.equal(records('rum.measurement').length, events.filter(isCustom).length);
    });

    test('keeps the values and times of vitals in the records', () => {
      const got = records('browser.web_vital').map(({ time, attributes }) => [
        attributes['browser.web_vital.id'],
        attributes['browser.web_vital.name'].toUpperCase(),
        attributes['browser.web_vital.value'],
        attributes['browser.web_vital.rating'],
        attributes['session.id'],
      ]);
      const want = events.filter(isVital).map((event) => [
        event.metadata.id, event.name, event.value, event.metadata.rating, event.sessionId,
      ]);
      assert.deepEqual(got.sort(), want.sort());
    });

    test('has every phase of every page load once', () => {
      for (const [wire, phase] of Object.entries(phases)) {
        const name = `rum.navigation_timing.${phase}`;
        const metric = `rum.page_load.${phase}`;
        const want = named(wire).map((event) => event.value);
        const got = records('browser.navigation_timing').map((record) => record.attributes[name]);
        assert.deepEqual(got.filter((v) => v !== undefined).sort(), want.sort(), name);
        assert.equal(count(metric), want.length, metric);
        close(sum(metric), add(want) / 1000, metric);
      }
    });

    test('counts each vital once, with its last value', () => {
      for (const vital of vitalNames) {
        const metric = `browser.web_vital.${vital.toLowerCase()}`;
        const all = finalVitals.filter((event) => event.name === vital);
        const isReturn = ({ metadata }) => meaningless(vital, metadata.navigationType);
        const want = all.filter((event) => !isReturn(event));
        const scale = vital === 'CLS' ? 1 : 1000;
        assert.equal(count(metric), want.length, metric);
        close(sum(metric), add(want.map((event) => event.value)) / scale, metric);
        const returns = vital === 'TTFB' ? [] : all.filter(isReturn);
        const apart = `rum.back_forward_cache.${vital.toLowerCase()}`;
        assert.equal(count(apart), returns.length, apart);
        close(sum(apart), add(returns.map((event) => event.value)) / scale, apart);
      }
    });

    test('counts 5 uncaught errors and rejections and 1 handled', () => {
      const handled = value('rum.exceptions', { 'rum.exception.source': 'manual' });
      assert.equal(handled, 1);
      assert.equal(value('rum.exceptions') - handled + value('rum.noise_exceptions'), 5, 'those that are noise are counted apart');
      const types = records('exception').map((record) => record.attributes['exception.type']);
      assert.deepEqual(types.sort(), typed('error').map((event) => event.name).sort());
      assert.deepEqual(new Set(records('exception').map((record) => record.severity)), new Set(['ERROR']));
    });

    test('counts 2 add_to_cart, 1 survey_opened, 1 product_list_ready', () => {
      for (const name of ['add_to_cart', 'survey_opened', 'product_list_ready']) {
        const match = { 'rum.measurement.name': name };
        assert.equal(count('rum.measurement', match), named(name).length, name);
        close(sum('rum.measurement', match), add(named(name).map((event) => event.value)), name);
      }
      assert.equal(count('rum.measurement'), events.filter(isCustom).length);
    });

    test('counts page views, the session, resources, long tasks and interactions', () => {
      assert.equal(value('rum.page_views'), named('page_view').length);
      assert.equal(value('rum.sessions'), new Set(events.map((event) => event.sessionId)).size);
      assert.equal(count('rum.resources.duration'), typed('resource').length);
      assert.equal(count('rum.long_tasks.duration'), named('long_task').length);
      assert.equal(count('rum.interactions.duration'), typed('interaction').length);
    });

    test('evaluates each final vital against its budget once', () => {
      const limits = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800, FID: 100 };
      for (const vital of vitalNames) {
        const match = { 'rum.budget.metric': vital.toLowerCase() };
        const want = finalVitals
          .filter((event) => event.name === vital)
          .filter((event) => !meaningless(event.name, event.metadata.navigationType));
        assert.equal(value('rum.budget.evaluations', match), want.length, vital);
        const over = want.filter((event) => event.value > limits[vital]);
        assert.equal(value('rum.budget.violations', match), over.length, vital);
      }
    });

    test('flags each record of a vital against its budget', () => {
      for (const { attributes } of records('browser.web_vital')) {
        if (meaningless(attributes['browser.web_vital.name'], attributes['browser.web_vital.navigation_type'])) {
          assert.equal(attributes['rum.budget.exceeded'], undefined);
          assert.ok(attributes['rum.budget.invalid']);
          continue;
        }
        const over = attributes['browser.web_vital.value'] > attributes['rum.budget.limit'];
        assert.equal(attributes['rum.budget.exceeded'], over);
        assert.equal(attributes['rum.budget.metric'], attributes['browser.web_vital.name']);
      }
    });

    test('lets no query value of a URL through', () => {
      const text = JSON.stringify([logs, metrics]);
      for (const secret of ['jane.doe', 'tok_9f8e7d']) assert.ok(!text.includes(secret), secret);
    });

    test('puts who, where and what into the resource', () => {
      for (const { resource } of logs) {
        assert.equal(resource['service.name'], 'demo-shop-web');
        assert.equal(resource['service.version'], '1.4.2');
        assert.equal(resource['user_agent.original'], bodies[0].userAgent);
      }
    });
  });
}

test('a body sent again after its values were counted changes nothing', async (t) => {
  const collector = await startCollector({ env: { E2E_SETTLE_AFTER: '500ms' } });
  t.after(() => collector.remove());
  t.after(() => collector.stop());
  const lcp = async () => total(await collector.metrics(), 'browser.web_vital.lcp', 'count');
  for (const recording of bodies) await replay(collector.url, recording);
  const isLoad = ({ name, metadata }) => name === 'LCP' && !meaningless(name, metadata.navigationType);
  const want = finalVitals.filter(isLoad).length;
  await until('the LCPs to be counted', async () => (await lcp()) === want);
  for (const recording of bodies) {
    const answer = await (await replay(collector.url, recording)).json();
    assert.equal(answer.duplicate, true, recording.file);
  }
  await collector.stop();
  assert.equal(await lcp(), want);
});

const add = (values) => values.reduce((sum, value) => sum + value, 0);

/** Sums of floating point numbers depend on their order. */
function close(got, want, what) {
  assert.ok(Math.abs(got - want) <= 1e-9 * Math.max(1, Math.abs(want)), `${what}: got ${got}, want ${want}`);
}
