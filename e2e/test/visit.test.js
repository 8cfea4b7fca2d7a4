// Real browsers visit the demo shop with the built client, and what the built collector makes of it
// is compared with what every document of the visit measured of itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from '../harness/browser.js';
import { arrived } from '../harness/arrived.js';
import { startDemo } from '../harness/demo.js';
import { visitShop } from '../harness/visit.js';

const limits = { lcp: 2500, inp: 200, cls: 0.1, fcp: 1800, ttfb: 800 };

/** What each browser can measure. Firefox ESR has neither layout shifts nor long frames. */
const browsers = {
  chromium: { userAgent: /Chrome/, lcp: true, inp: true, cls: true, frames: true },
  firefox: { userAgent: /Firefox/, lcp: true, inp: true, cls: false, frames: false },
};

for (const [name, can] of Object.entries(browsers)) describe(`a visit in ${name}`, () => visit(name, can));

function visit(browserName, can) {
  let demo, documents, got;
  before(async () => {
    demo = await startDemo();
    const browser = await launch(browserName);
    try {
      documents = await visitShop(browser, demo.url, can);
    } finally {
      await browser.close();
    }
    got = await arrived(demo);
  });
  after(async () => {
    await demo?.stop();
    await demo?.remove();
  });

  const documentAt = (path) => documents.find((document) => document.path === path);

  test('has four documents', () => {
    assert.deepEqual(documents.map((d) => d.path), ['/', '/product/kettle', '/checkout', '/thanks']);
  });

  test('reports every vital of every document with the value that web-vitals has', () => {
    for (const { path, vitals } of documents) {
      for (const [name, want] of Object.entries(vitals)) {
        const record = got.finalVital(path, name);
        assert.ok(record, `${name} of ${path} did not arrive`);
        const value = record.attributes['browser.web_vital.value'];
        near(value, want.value, name === 'CLS' ? 0.001 : 1, `${name} of ${path}`);
        assert.equal(record.attributes['browser.web_vital.rating'], want.rating, `${name} of ${path}`);
        assert.equal(record.attributes['browser.web_vital.navigation_type'], want.navigationType);
      }
    }
  });

  test('reports no vital that web-vitals does not have', () => {
    for (const { path, vitals } of documents) {
      assert.deepEqual(got.vitalNames(path), Object.keys(vitals).sort(), path);
    }
  });

  test('flags what is over budget: the late picture, the shift, the blocked click', () => {
    const over = [['/', 'LCP'], ['/product/kettle', 'INP'], ...(can.cls ? [['/', 'CLS']] : [])];
    for (const [path, name] of over) {
      const { attributes } = got.finalVital(path, name);
      assert.equal(attributes['rum.budget.exceeded'], true, `${name} of ${path}`);
      assert.equal(attributes['rum.budget.name'], 'default');
    }
    for (const { attributes } of got.records('browser.web_vital')) {
      const name = attributes['browser.web_vital.name'];
      const value = attributes['browser.web_vital.value'];
      const limit = limits[name];
      assert.equal(attributes['rum.budget.limit'], limit, name);
      assert.equal(attributes['rum.budget.exceeded'], value > limit, name);
      near(attributes['rum.budget.utilization'], value / limit, 1e-9, name);
      if (value > limit) near(attributes['rum.budget.exceeded_by'], value - limit, 1e-9, name);
    }
  });

  test('counts each vital once, with its final value', () => {
    for (const name of Object.keys(limits)) {
      const finals = documents.map(({ path }) => got.finalVital(path, name)).filter(Boolean);
      const values = finals.map((record) => record.attributes['browser.web_vital.value']);
      const metric = `browser.web_vital.${name}`;
      assert.equal(got.total(metric, 'count'), finals.length, metric);
      near(got.total(metric, 'sum'), add(values) / (name === 'cls' ? 1 : 1000), 1e-6, metric);
      const match = { 'rum.budget.metric': name };
      assert.equal(got.total('rum.budget.evaluations', 'value', match), finals.length, metric);
      const over = values.filter((value) => value > limits[name]).length;
      assert.equal(got.total('rum.budget.violations', 'value', match), over, metric);
    }
  });

  test('is one session of one user with four loads and one route change', () => {
    const sessions = new Set(got.logs.map((record) => record.attributes['session.id']));
    assert.equal(sessions.size, 1);
    assert.equal(got.records('session.start').length, 1);
    assert.equal(got.total('rum.sessions', 'value'), 1);
    const views = got.records('browser.navigation').map(({ attributes }) => [
      attributes['url.path'],
      attributes['browser.navigation.same_document'],
    ]);
    assert.deepEqual(views, [
      ['/', false],
      ['/product/kettle', false],
      ['/product/kettle/reviews', true],
      ['/checkout', false],
      ['/thanks', false],
    ]);
    assert.equal(got.total('rum.page_views', 'value'), 5);
    const order = got.records('rum.measurement', 'order_value');
    assert.equal(order[0].attributes['user.id'], 'guest-1042');
  });

  test('reports the error and the rejection, once each, with their stacks', () => {
    const seen = documentAt('/checkout');
    const errors = got.records('exception').map(({ attributes, severity }) => {
      assert.equal(severity, 'ERROR');
      assert.match(attributes['exception.stacktrace'], /shop\.js/);
      assert.equal(attributes['url.path'], '/checkout');
      return [attributes['exception.type'], attributes['rum.exception.source']];
    });
    assert.deepEqual(errors.sort(), [
      [seen.rejections[0], 'unhandledrejection'],
      [seen.errors[0], 'error'],
    ]);
    assert.equal(got.total('rum.exceptions', 'value'), 2);
  });

  test('reports the phases of every load as the browser has them', () => {
    for (const { path, navigation } of documents) {
      const [record, ...more] = got.at(path, 'browser.navigation_timing');
      assert.ok(record, path);
      assert.equal(more.length, 0, path);
      const phase = (name) => record.attributes[`rum.navigation_timing.${name}`];
      near(phase('total'), navigation.duration, 1, `total of ${path}`);
      near(phase('ttfb'), navigation.responseStart - navigation.requestStart, 1, `ttfb of ${path}`);
      near(phase('download'), navigation.responseEnd - navigation.responseStart, 1, `download of ${path}`);
    }
    assert.equal(got.total('rum.page_load.total', 'count'), documents.length);
  });

  test('reports the slow resources with their durations, and never its own requests', () => {
    const slow = documents.flatMap((d) => d.resources).filter((r) => r.duration >= 100 && !r.name.includes(demo.addresses.rum));
    const wanted = slow.map((r) => [new URL(r.name).pathname, r.duration]);
    for (const path of ['/hero.svg', '/api/products', '/api/products/kettle/reviews', '/api/orders']) {
      assert.ok(wanted.some(([name]) => name === path), `${path} was not slow`);
    }
    const records = got.records('browser.resource_timing');
    for (const [path, duration] of wanted) {
      const match = records.filter((r) => new URL(r.attributes['url.full']).pathname === path);
      assert.ok(match.length > 0, `${path} did not arrive`);
      assert.ok(match.some((r) => Math.abs(r.attributes['browser.resource_timing.duration'] - duration) <= 1), path);
    }
    assert.equal(records.length, wanted.length);
    assert.ok(!records.some((r) => r.attributes['url.full'].includes(demo.addresses.rum)));
    assert.equal(got.total('rum.resources.duration', 'count'), wanted.length);
  });

  test('reports both blocked frames of the product page', () => {
    if (!can.frames) return assert.equal(got.records('browser.long_animation_frame').length, 0);
    const frames = documentAt('/product/kettle').frames.filter((frame) => frame.duration >= 290);
    assert.ok(frames.length >= 2);
    const tasks = got.at('/product/kettle', 'browser.long_animation_frame').map((r) => r.attributes['browser.long_animation_frame.duration']);
    for (const { duration } of frames) {
      assert.ok(tasks.some((task) => Math.abs(task - duration) <= 1), `${duration} is not in ${tasks}`);
    }
    assert.equal(got.total('rum.long_tasks.duration', 'count'), got.records('browser.long_animation_frame').length);
  });

  test('reports every click with its element', () => {
    assert.equal(got.records('browser.user_action.click').length, add(documents.map((d) => d.clicks)));
    const selectors = got.records('browser.user_action.click').map((r) => r.attributes['browser.css_selector']);
    assert.equal(selectors.filter((selector) => selector.includes('#add')).length, 2);
  });

  test('reports the custom metrics and the interaction of the application', () => {
    const values = (name) => got.records('rum.measurement', name).map((r) => r.attributes['rum.measurement.value']);
    assert.deepEqual(values('cart_items'), [1, 2]);
    assert.deepEqual(values('order_value'), [42]);
    assert.equal(got.total('rum.measurement', 'count', { 'rum.measurement.name': 'cart_items' }), 2);
    const [order] = got.records('rum.interaction');
    assert.equal(order.attributes['rum.interaction.name'], 'place_order');
    assert.ok(order.attributes['rum.interaction.duration'] >= 500);
    assert.equal(got.total('rum.interactions.duration', 'count'), 1);
  });

  test('is of one application in one browser, and stands for itself', () => {
    for (const { resource, attributes } of got.logs) {
      assert.equal(resource['service.name'], 'demo-shop');
      assert.equal(resource['service.version'], '1.0.0');
      assert.equal(resource['deployment.environment.name'], 'demo');
      assert.match(resource['user_agent.original'], can.userAgent);
      assert.equal(attributes['rum.sampling.adjusted_count'] ?? 1, 1);
    }
  });

  test('lets no query value of a URL through', () => {
    const thanks = got.at('/thanks', 'browser.navigation')[0];
    assert.ok(!thanks.attributes['browser.document.url.full'].includes('1042'), thanks.attributes['browser.document.url.full']);
  });

  test('carries the browser’s times in their order', () => {
    for (const { time, observed } of got.logs) {
      assert.ok(time <= observed + 1, 'an event from the future');
      assert.ok(observed - time < 120_000, 'an event from another day');
    }
  });

  test('shows on the Prometheus page and on the live page', () => {
    assert.match(got.prometheus, /browser_web_vital_lcp_seconds_bucket\{[^}]*service_name="demo-shop"/);
    assert.match(got.prometheus, /rum_budget_violations_total\{[^}]*rum_budget_metric="lcp"[^}]*\} 1\b/);
    assert.equal(got.live.matched, got.logs.length);
    assert.ok(got.live.events.some((e) => e.kind === 'error' && e.what.startsWith('CouponError')));
  });
}

const add = (values) => values.reduce((sum, value) => sum + value, 0);

function near(value, want, tolerance, what) {
  assert.ok(Math.abs(value - want) <= tolerance, `${what}: got ${value}, want ${want} ± ${tolerance}`);
}
