// examples/topologies/kafka with two gateways, a broker and two workers: what its page says is guaranteed.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startBackend } from '../harness/backend.js';
import { built } from '../harness/paths.js';
import { until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { start } from '../harness/process.js';
import { event, newProcess, recordsOf } from './processes.js';

const sessions = Array.from({ length: 80 }, (_, i) => `session-${i}`);

describe('gateways key sessions to partitions', () => {
  let folder, broker, brokerPort, metrics;
  const gateways = [];
  const workers = [];
  const backends = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otelcol-rum-kafka-'));
    const ports = await freePorts(4);
    brokerPort = ports[3];
    metrics = await startBackend(ports[2]);
    await startBroker();
    const kafka = { RUM_KAFKA: `127.0.0.1:${brokerPort}` };
    for (const name of [0, 1]) {
      backends.push(await startBackend(ports[name]));
      const env = { ...kafka, RUM_BACKEND: `http://127.0.0.1:${ports[name]}`, RUM_WORKER_NAME: `worker-${name}` };
      workers.push(await newProcess('kafka/worker.yaml', join(folder, `worker-${name}`), env));
      gateways.push(await newProcess('kafka/gateway.yaml', join(folder, `gateway-${name}`), { ...kafka, RUM_BACKEND: `http://127.0.0.1:${ports[2]}` }));
    }
    await Promise.all([...workers, ...gateways].map((each) => each.start()));
  });
  after(async () => {
    await Promise.all([...gateways, ...workers].map((each) => each.stop()));
    await broker?.stop();
    await Promise.all([...backends, metrics].map((each) => each?.close()));
    await rm(folder, { recursive: true, force: true });
  });

  async function startBroker() {
    broker = start(built('dist', 'kafka'), ['-port', String(brokerPort), '-data', join(folder, 'broker')]);
    await until('the broker to listen', () => {
      if (!broker.running()) throw new Error(broker.output());
      return new Promise((resolve) => {
        const socket = connect(brokerPort, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
    });
  }

  async function round(name, type, turn) {
    for (const [i, session] of sessions.entries()) {
      const gateway = gateways[(i + turn) % 2];
      const response = await fetch(`${gateway.url}/v1/rum`, { method: 'POST', body: event(type, session, `${name}-${i}`) });
      assert.equal(response.status, 200, gateway.output());
    }
  }
  const sessionsOf = (worker, name) => [...new Set(recordsOf(backends[worker], name).map(({ attributes }) => attributes['session.id']))].sort();
  const both = (name) => new Set([...sessionsOf(0, name), ...sessionsOf(1, name)]);
  const all = (name) => until(`all of ${name}`, () => both(name).size === sessions.length, { timeout: 60_000 });

  test('a session is on one worker, whatever gateway it came by', async () => {
    // Until both workers have joined, partitions move.
    await until('both to have a part', async () => {
      await round('warm', 'error', 0);
      return sessionsOf(0, 'warm').length > 0 && sessionsOf(1, 'warm').length > 0;
    }, { timeout: 60_000 });
    await round('first', 'error', 0);
    await all('first');
    await round('second', 'error', 1);
    await all('second');
    assert.equal(sessionsOf(0, 'first').length + sessionsOf(1, 'first').length, sessions.length);
    for (const worker of [0, 1]) assert.deepEqual(sessionsOf(worker, 'second'), sessionsOf(worker, 'first'));
  });

  test('what a session has earned at one gateway holds at the other', async () => {
    await round('kept', 'interaction', 0);
    await all('kept');
  });

  test('while the broker is away gateways take events, and nothing is lost', async () => {
    await broker.stop('SIGKILL');
    await round('away', 'error', 0);
    assert.equal(both('away').size, 0);
    await startBroker();
    await all('away');
  });

  test('what a killed worker has not passed on is passed on by the other', async () => {
    await workers[1].kill();
    await round('killed', 'error', 1);
    await all('killed');
    assert.equal(sessionsOf(0, 'killed').length, sessions.length);
  });
});
