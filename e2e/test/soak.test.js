// The built collector under mixed traffic, good and hostile, for a while: its memory and its goroutines
// stay where they were after the first third, it goes on serving, and its books balance.
//
//   RUM_SOAK_SECONDS=600 node --test test/soak.test.js     # default 20 s, at most 200 requests a second
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync } from 'node:zlib';
import { recordings } from '../harness/captures.js';
import { fixture, startCollector } from '../harness/collector.js';
import { selfMetrics } from '../harness/self-metrics.js';

const seconds = Number(process.env.RUM_SOAK_SECONDS ?? 20);
const perSecond = 200;
const clients = 8;
const marker = 'payload-marker-5c1e';

/** A random number generator with a seed (mulberry32), so that every run sends the same. */
function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const naive = recordings('naive').map(({ body }) => body.toString());
const foreign = ['faro', 'datadog', 'otel', 'web-vitals', 'web-vitals-batch'].flatMap((sdk) => recordings(sdk).map(({ body }) => body));
const bomb = gzipSync(Buffer.alloc(32 << 20));

/** What strangers send: each returns a request, and the statuses that it may be answered with. */
const traffic = {
  visit: (random, n) => ({ body: naive[n % naive.length].replaceAll('8a454279', `session-${n}`).replaceAll(/"id":"v6-/g, `"id":"v6-${n}-`) }),
  inventedNames: (random, n) => ({
    body: JSON.stringify({
      v: 1, id: `batch-${n}`, t0: Date.now() - 1000, now: 1000, app: { name: `app-${n}`, version: `${n}` }, session: { id: `s-${n}` },
      pages: [{ id: `p-${n}`, url: `https://shop.example/path-${n}/${marker}` }],
      events: [{ k: 'view', t: 1 }, { k: 'measure', n: `name-${n}`, v: random(), t: 2 }, { k: 'vital', n: 'LCP', v: 1000 * random(), t: 3 }],
    }),
  }),
  retry: () => ({ body: naive[0] }),
  faults: () => ({ body: `[${'1,'.repeat(3_000)}1]`, statuses: [400, 429] }),
  broken: (random) => ({ body: naive[1].slice(0, naive[1].length * random()), statuses: [400, 429] }),
  foreign: (random, n) => ({ body: foreign[n % foreign.length], statuses: [400, 429] }),
  bomb: () => ({ body: bomb, headers: { 'content-encoding': 'gzip' }, statuses: [413, 429] }),
  oversize: () => ({ body: Buffer.alloc(2 << 20, ' '), statuses: [413, 429] }),
  zipped: (random, n) => ({ body: deflateSync(naive[n % naive.length]), headers: { 'content-encoding': 'deflate' } }),
  unknownEncoding: () => ({ body: 'x', headers: { 'content-encoding': 'x-unknown' }, statuses: [415, 429] }),
  path: (random, n) => ({ path: `/v1/${marker}/${n}`, body: naive[0], statuses: [404] }),
  method: () => ({ method: 'PUT', body: naive[0], statuses: [405] }),
  origin: () => ({ body: naive[0], headers: { origin: 'https://evil.example' }, statuses: [403] }),
  script: () => ({ method: 'GET', path: '/rum.js', statuses: [200] }),
};
const kinds = Object.keys(traffic);

describe(`${seconds} s of mixed traffic`, () => {
  let collector;
  before(async () => (collector = await startCollector({ config: fixture('soak.yaml') })));
  after(async () => {
    await collector?.stop();
    await collector?.remove();
  });

  async function send(random, n) {
    const kind = kinds[n % kinds.length];
    const { path = '/v1/rum', method = 'POST', headers = {}, body, statuses = [200, 429, 503] } = traffic[kind](random, n);
    const address = `198.51.${(n >> 8) & 255}.${n & 255}`; // everybody comes from somewhere else
    const response = await fetch(collector.url + path, {
      method, body, headers: { 'x-forwarded-for': address, 'user-agent': `Browser-${n % 1000}/1.0`, ...headers },
    });
    const text = await response.text();
    assert.ok(statuses.includes(response.status), `${kind} was answered ${response.status}: ${text}`);
    assert.ok(!text.includes(marker), 'the answer repeats no payload');
    return `${kind} ${response.status}`;
  }

  /** A connection that sends a byte now and then until the collector has had enough. */
  const trickle = () =>
    new Promise((closed) => {
      const socket = connect(Number(new URL(collector.url).port), '127.0.0.1');
      const timer = setInterval(() => socket.write(' '), 100);
      socket.write('POST /v1/rum HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n[');
      socket.on('error', () => {});
      socket.on('data', () => {});
      socket.on('close', () => closed(clearInterval(timer)));
    });

  /** Live heap after a collection, goroutines, and what the process takes of the machine. */
  async function sample() {
    const heap = await (await fetch(`${collector.pprofUrl}/heap?gc=1&debug=1`)).text();
    const goroutines = await (await fetch(`${collector.pprofUrl}/goroutine?debug=1`)).text();
    const status = await readFile(`/proc/${collector.pid}/status`, 'utf8');
    return {
      heap: Number(/^# HeapAlloc = (\d+)/m.exec(heap)[1]) / 2 ** 20,
      goroutines: Number(/total (\d+)/.exec(goroutines)[1]),
      rss: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / 1024,
    };
  }

  test('memory and goroutines stay flat, and the books balance', { timeout: (seconds + 60) * 1000 }, async (t) => {
    const end = Date.now() + seconds * 1000;
    const answers = new Map();
    const samples = [];
    let n = 0;
    const running = () => Date.now() < end && n < seconds * perSecond;
    const load = Array.from({ length: clients }, async (_, client) => {
      const random = seeded(client + 1);
      while (running()) {
        const began = Date.now();
        const outcome = await send(random, n++);
        answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
        await sleep(Math.max(0, (1000 * clients) / perSecond - (Date.now() - began)));
      }
    });
    const slow = Array.from({ length: 5 }, async () => {
      while (running()) await trickle();
    });
    const watch = (async () => {
      while (running()) {
        samples.push(await sample());
        await sleep((seconds * 1000) / 60);
      }
    })();
    await Promise.all([...load, watch]);
    await Promise.all(slow);

    // The first tenth warms up: pools, caches, the bounds of what is remembered.
    const warm = samples.slice(Math.ceil(samples.length / 10));
    const third = Math.floor(warm.length / 3);
    const median = (of, key) => of.map((s) => s[key]).sort((a, b) => a - b)[Math.floor(of.length / 2)];
    const figures = Object.fromEntries(
      ['heap', 'rss', 'goroutines'].map((key) => [key, [warm.slice(0, third), warm.slice(-third)].map((part) => median(part, key))]),
    );
    t.diagnostic(`${n} requests in ${seconds} s, ${samples.length} samples: ${[...answers].sort().map(([k, v]) => `${k}: ${v}`).join(', ')}`);
    for (const [key, [first, last]] of Object.entries(figures)) {
      t.diagnostic(`${key}: ${first.toFixed(1)} in the first third, ${last.toFixed(1)} in the last`);
    }
    assert.ok(third >= 5, `${samples.length} samples are too few`);
    assert.ok(figures.heap[1] < 1.25 * figures.heap[0] + 4, `live heap in MiB: ${figures.heap}`);
    assert.ok(figures.rss[1] < 1.25 * figures.rss[0] + 16, `resident memory in MiB: ${figures.rss}`);
    assert.ok(figures.goroutines[1] < figures.goroutines[0] + 20, `goroutines: ${figures.goroutines}`);

    const self = await selfMetrics(collector.telemetryUrl);
    const of = (name) => self.value(`otelcol_rum_receiver_events_${name}`);
    assert.ok(of('emitted') > 0 && of('duplicate') > 0 && of('refused') > 0);
    assert.equal(of('received'), of('emitted') + of('refused') + of('duplicate'));
    assert.equal(self.value('otelcol_rum_receiver_concurrent_requests'), 0, 'every place is free');
    assert.equal(self.value('otelcol_rum_receiver_addresses'), 200);
    assert.equal(self.value('otelcol_rum_receiver_batches'), 100);
    assert.ok(collector.running());
    assert.ok(!collector.output().includes(marker), 'payload in the log');
    assert.doesNotMatch(collector.output(), /panic/i);
  });
});
