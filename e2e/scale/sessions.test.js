// examples/topologies/sessions with two gateways and two workers: what its page says is guaranteed, and what it says is lost.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startBackend } from '../harness/backend.js';
import { metricPoints, total } from '../harness/otlp.js';
import { until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { event, newProcess, recordsOf } from './processes.js';

const sessions = Array.from({ length: 80 }, (_, i) => `session-${i}`);

describe('gateways route sessions to workers', () => {
  let folder;
  const gateways = [];
  const workers = [];
  const backends = []; // one for each worker, so that it is seen who sent what
  let metrics;
  /** What was sent and answered with 200, by the kind of event. */
  const sent = { error: 0, interaction: 0 };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otelcol-rum-sessions-'));
    const ports = await freePorts(3);
    metrics = await startBackend(ports[2]);
    for (const name of [0, 1]) {
      backends.push(await startBackend(ports[name]));
      workers.push(await newProcess('sessions/worker.yaml', join(folder, `worker-${name}`), { RUM_BACKEND: `http://127.0.0.1:${ports[name]}` }));
      await workers[name].start();
    }
    for (const name of [0, 1]) {
      gateways.push(await newProcess('sessions/gateway.yaml', join(folder, `gateway-${name}`), {
        RUM_WORKER_1: workers[0].address,
        RUM_WORKER_2: workers[1].address,
        RUM_BACKEND: `http://127.0.0.1:${ports[2]}`,
      }));
      await gateways[name].start();
    }
  });
  after(async () => {
    await Promise.all([...gateways, ...workers].map((each) => each.stop()));
    await Promise.all([...backends, metrics].map((each) => each?.close()));
    await rm(folder, { recursive: true, force: true });
  });

  /** One event of each session, each to the gateway that the turn says. */
  async function round(name, type, turn) {
    for (const [i, session] of sessions.entries()) {
      const gateway = gateways[(i + turn) % 2];
      const response = await fetch(`${gateway.url}/v1/rum`, { method: 'POST', body: event(type, session, `${name}-${i}`) });
      assert.equal(response.status, 200, gateway.output());
      sent[type]++;
    }
  }

  const points = () =>
    metricPoints(metrics.bodies.filter(({ path }) => path === '/v1/metrics').map(({ bytes }) => JSON.parse(bytes)));
  /** The records of a round that a worker has sent to its backend. */
  const arrived = (worker, name) => recordsOf(backends[worker], name);
  const sessionsOf = (worker, name) => arrived(worker, name).map(({ attributes }) => attributes['session.id']).sort();
  const both = (name) => [...arrived(0, name), ...arrived(1, name)];
  const all = (name, count = sessions.length) => until(`all of ${name}`, () => both(name).length >= count);

  test('a session is on one worker, whatever gateway it came by', async () => {
    await round('first', 'error', 0);
    await all('first');
    await round('second', 'error', 1);
    await all('second');
    assert.equal(both('first').length, sessions.length, 'none twice');
    for (const worker of [0, 1]) {
      assert.ok(sessionsOf(worker, 'first').length > sessions.length / 8, 'the ring gives both a part');
      assert.deepEqual(sessionsOf(worker, 'second'), sessionsOf(worker, 'first'));
    }
  });

  test('what a session has earned at one gateway holds at the other', async () => {
    await round('kept', 'interaction', 0);
    await all('kept');
    assert.deepEqual([...new Set(both('kept').map(({ attributes }) => attributes['rum.sampling.adjusted_count'] ?? 1))], [1]);
  });

  test('what a killed worker would have got waits, and arrives once it is back', async () => {
    await workers[1].kill();
    await round('away', 'error', 1);
    await until('those of the other', () => sessionsOf(0, 'away').length === sessionsOf(0, 'first').length);
    assert.equal(arrived(1, 'away').length, 0);
    await workers[1].start();
    await all('away');
    assert.equal(both('away').length, sessions.length, 'none lost, none twice');
    assert.deepEqual(sessionsOf(1, 'away'), sessionsOf(1, 'first'));
  });

  test('a killed worker forgets its sessions, and no other does', async () => {
    await workers[1].kill();
    await workers[1].start();
    await round('after', 'interaction', 0);
    await until('those of the other', () => sessionsOf(0, 'after').length === sessionsOf(0, 'first').length);
    // Another error of each is always kept, so all before it has been decided.
    await round('end', 'error', 0);
    await all('end');
    const forgotten = arrived(1, 'after');
    assert.ok(forgotten.length < sessionsOf(1, 'first').length / 2, `${forgotten.length} kept`);
    for (const { attributes } of forgotten) assert.ok(attributes['rum.sampling.adjusted_count'] > 1, 'sampled as one of a new session');
  });

  test('a batch that is repeated counts once at one gateway, and twice over two', async () => {
    const text = event('error', 'repeated', 'repeated-0');
    for (const gateway of [0, 0, 1]) assert.equal((await fetch(`${gateways[gateway].url}/v1/rum`, { method: 'POST', body: text })).status, 200);
    await until('both', () => both('repeated').length >= 2);
    sent.error += 2;
  });

  test('a gateway that ends has handed on everything, and the sums over gateways are what was sent', async () => {
    for (const gateway of gateways) assert.equal((await gateway.stop()).code, 0, gateway.output());
    assert.equal(total(points(), 'rum.exceptions', 'value'), sent.error);
    assert.equal(total(points(), 'rum.interactions.duration', 'count'), sent.interaction);
    assert.equal(both('repeated').length, 2);
  });

  test('a killed gateway loses what it had counted since its last delivery, and no record', async () => {
    await gateways[0].start();
    await Promise.all(workers.map((worker) => worker.kill()));
    for (const [i, session] of sessions.entries()) {
      const response = await fetch(`${gateways[0].url}/v1/rum`, { method: 'POST', body: event('error', session, `disk-${i}`) });
      assert.equal(response.status, 200);
    }
    await gateways[0].kill();
    await Promise.all([...workers, gateways[0]].map((each) => each.start()));
    await all('disk');
    assert.deepEqual(new Set(both('disk').map(({ attributes }) => attributes['session.id'])), new Set(sessions));
    assert.equal((await gateways[0].stop()).code, 0);
    assert.equal(total(points(), 'rum.exceptions', 'value'), sent.error);
  });
});
