// The demo as a newcomer meets it: it says what to open, says plainly what is in the way, and leaves
// nothing behind.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { freePorts, hold } from '../harness/ports.js';
import { runDemo, startDemo } from '../harness/demo.js';
import { until } from '../harness/poll.js';

const flags = async () => {
  const names = ['shop', 'rum', 'view', 'metrics', 'health', 'telemetry'];
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, i) => [name, `localhost:${ports[i]}`]));
};

describe('the demo', () => {
  for (const [name, purpose] of [['shop', 'the shop'], ['rum', 'the rum receiver'], ['view', 'the live page'], ['metrics', 'the Prometheus page']]) {
    test(`names the port that is in use and is needed for ${purpose}`, async (t) => {
      const own = await flags();
      const port = Number(own[name].split(':')[1]);
      const other = await hold(port);
      t.after(() => other.close());
      const demo = runDemo(own);
      const { code } = await demo.exited;
      assert.equal(code, 1);
      assert.match(demo.output(), new RegExp(`port ${port} is in use, but is needed for ${purpose}`));
      assert.doesNotMatch(demo.output(), /is in use[^]*is in use/, 'names other ports too');
    });
  }

  test('says what to run when nothing has been built', async () => {
    const demo = runDemo({ ...(await flags()), collector: 'dist/no-such-file' });
    assert.equal((await demo.exited).code, 1);
    assert.match(demo.output(), /dist\/no-such-file is missing: run `make run`/);
  });

  test('shows the log when the collector cannot start', async (t) => {
    const data = await mkdtemp(join(tmpdir(), 'otelcol-rum-demo-'));
    t.after(() => rm(data, { recursive: true }));
    const demo = runDemo({ ...(await flags()), data, config: 'e2e/package.json' });
    assert.equal((await demo.exited).code, 1);
    assert.match(demo.output(), /the collector did not start; the end of .*collector\.log/);
  });

  for (const signal of ['SIGINT', 'SIGTERM']) {
    test(`ends everything on ${signal}`, async (t) => {
      const demo = await startDemo();
      t.after(() => demo.remove());
      for (const url of [demo.url, demo.view, `http://${demo.addresses.metrics}/metrics`]) {
        assert.equal((await fetch(url)).status, 200, url);
        assert.ok(demo.output().includes(url), `${url} is not in what it prints`);
      }
      const { code } = await demo.stop(signal);
      assert.equal(code, 0, demo.output());
      assert.doesNotMatch(await demo.collectorLog(), /\t(warn|error)\t/);
      for (const address of Object.values(demo.addresses)) {
        await until(`${address} to be free`, async () => {
          const held = await hold(Number(address.split(':')[1]));
          held.close();
          return true;
        });
      }
    });
  }

  test('has every page of the shop, and a live page that is not measured', async (t) => {
    const demo = await startDemo();
    t.after(() => demo.remove());
    t.after(() => demo.stop());
    const text = async (path) => (await fetch(demo.url + path)).text();
    for (const path of ['/', '/product/kettle', '/product/skillet/reviews', '/checkout', '/thanks']) {
      const html = await text(path);
      assert.equal(html.match(/<script[^>]*src="\/rum\.js"/g)?.length, 1, path);
      assert.ok(html.includes(`http://${demo.addresses.rum}/v1/rum`), path);
    }
    const live = await fetch(`${demo.url}/telemetry`);
    assert.equal(new URL(live.url).host, demo.addresses.view);
    assert.doesNotMatch(await live.text(), /rum\.js/);
    assert.equal((await fetch(`${demo.url}/product/none`)).status, 404);
  });

  test('tells a story: version 1.1.0 has an error and a heavier picture', async (t) => {
    const demo = await startDemo({ traffic: true });
    t.after(() => demo.remove());
    t.after(() => demo.stop());
    const ask = async (query) => (await fetch(`${demo.view}/api/v1/${query}`)).json();
    const { routes } = await until('the crowd to have come', async () => {
      const overview = await ask('overview');
      return overview.sessions >= 120 && overview;
    });
    const [worst] = routes;
    assert.equal(`${worst.route} ${worst.device}`, '/ mobile');
    assert.deepEqual(
      [worst.why.vital, worst.why.culprit, worst.why.version, worst.why.part],
      ['lcp', '#hero', '1.1.0', 'resource_load_duration'],
    );
    assert.deepEqual(routes.map((r) => r.route).filter((route) => route.startsWith('/product')), ['/product/{id}', '/product/{id}']);
    const { errors } = await ask('errors');
    assert.deepEqual(errors.map((e) => e.versions.map((v) => v.value)), [['1.1.0']]);
    const [old, now] = await Promise.all(['1.0.0', '1.1.0'].map((version) => ask(`vitals/lcp?route=/&version=${version}`)));
    assert.ok(now.p75 > 1.5 * old.p75, `LCP of / went from ${old.p75} to ${now.p75} ms`);
    // The Prometheus page shows the same.
    await until('Prometheus to have it', async () => /rum_exceptions_total\{[^}]*service_version="1\.1\.0"/.test(await demo.prometheus()));
    assert.doesNotMatch(await demo.prometheus(), /rum_exceptions_total\{[^}]*service_version="1\.0\.0"/);
  });
});
