// examples/configs/gateway.yaml does what it promises: it speaks TLS, refuses foreign origins, gives each
// address its share, names routes, and what it has accepted while the backend was away survives a
// restart.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startBackend } from '../harness/backend.js';
import { selfSigned } from '../harness/certificate.js';
import { binary } from '../harness/collector.js';
import { fromRoot } from '../harness/paths.js';
import { until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { start } from '../harness/process.js';

describe('the production gateway', () => {
  let folder, certificate, ports, gateway, backend;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'otelcol-rum-gateway-'));
    certificate = await selfSigned(folder);
    const [rum, health, telemetry, upstream] = await freePorts(4);
    ports = { rum, health, telemetry, upstream };
    gateway = await startGateway();
  });
  after(async () => {
    await gateway?.stop();
    await backend?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function startGateway() {
    const program = start(binary(), ['--config', fromRoot('examples', 'configs', 'gateway.yaml')], {
      env: {
        ...process.env,
        RUM_ENDPOINT: `127.0.0.1:${ports.rum}`,
        RUM_TLS_CERT: certificate.cert,
        RUM_TLS_KEY: certificate.key,
        RUM_ORIGIN: 'https://shop.test',
        RUM_TRUSTED_PROXY: '127.0.0.1',
        RUM_BACKEND: `http://127.0.0.1:${ports.upstream}`,
        RUM_QUEUE_DIR: join(folder, 'queue'),
        RUM_HEALTH_ENDPOINT: `127.0.0.1:${ports.health}`,
        RUM_TELEMETRY_HOST: '127.0.0.1',
        RUM_TELEMETRY_PORT: String(ports.telemetry),
      },
    });
    await until(`the gateway to be healthy`, async () => {
      if (!program.running()) throw new Error(program.output());
      return (await fetch(`http://127.0.0.1:${ports.health}/`)).ok;
    });
    return program;
  }

  const send = (message, { method = 'POST', headers = {}, body = errorEvent(message) } = {}) =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: ports.rum, path: '/v1/rum', method, headers, ca: certificate.pem };
      const outgoing = request(options, (response) => {
        response.resume();
        response.on('end', () => resolve(response));
      });
      outgoing.on('error', reject);
      outgoing.end(method === 'POST' ? body : undefined);
    });

  test('takes events over TLS, and not without', async () => {
    assert.equal((await send('over TLS')).statusCode, 200);
    assert.equal((await fetch(`http://127.0.0.1:${ports.rum}/v1/rum`, { method: 'POST', body: '[]' })).status, 400);
  });

  test('lets the listed origins read its answers, and no other', async () => {
    const allowed = async (origin) => (await send('origins', { headers: { origin } })).headers['access-control-allow-origin'];
    assert.equal(await allowed('https://shop.test'), 'https://shop.test');
    assert.equal(await allowed('https://eu.shop.example'), 'https://eu.shop.example');
    assert.equal(await allowed('https://evil.test'), undefined);
  });

  test('lets browsers remember the preflight for two hours', async () => {
    const headers = { origin: 'https://shop.test', 'access-control-request-method': 'POST' };
    const { statusCode, headers: answer } = await send('', { method: 'OPTIONS', headers });
    assert.equal(statusCode, 204);
    assert.equal(answer['access-control-max-age'], '7200');
  });

  test('refuses a body beyond its limit', async () => {
    const response = await send('', { body: JSON.stringify([{ text: 'x'.repeat(300_000) }]) });
    assert.equal(response.statusCode, 413);
  });

  test('gives each address behind the load balancer its share', async () => {
    const from = (address, message, events = 1) =>
      send('', { headers: { 'x-forwarded-for': address, origin: 'https://shop.test' }, body: errorEvents(message, events) });
    assert.equal((await from('198.51.100.7', 'a whole burst', 160)).statusCode, 200);
    const refused = await from('198.51.100.7', 'too much');
    assert.equal(refused.statusCode, 429);
    assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);
    assert.match(refused.headers['access-control-expose-headers'], /retry-after/i, 'the page can read when to come back');
    assert.equal((await from('198.51.100.8', 'a neighbour')).statusCode, 200);
  });

  test('keeps what it accepted while the backend was away, over a restart', async () => {
    assert.equal((await send('kept-on-disk')).statusCode, 200);
    const { code } = await gateway.stop();
    assert.equal(code, 0, gateway.output());
    backend = await startBackend(ports.upstream);
    gateway = await startGateway();
    await until('the event to reach the backend', () =>
      backend.bodies.some(({ path, bytes }) => path === '/v1/logs' && bytes.includes('kept-on-disk')));
  });

  test('hands metrics on as well, by the routes it knows', async () => {
    await send('', { body: errorEvents('for metrics', 1, '/product/blue-kettle') });
    await until('the metrics to reach the backend', () =>
      backend.bodies.some(({ path, bytes }) =>
        path === '/v1/metrics' && bytes.includes('rum.exceptions') && bytes.includes('/product/{id}')), { timeout: 40_000 });
  });
});

/** Errors, which the gateway's sampling always keeps. */
const errorEvents = (message, count, path = '/') =>
  JSON.stringify(
    Array.from({ length: count }, (_, index) => ({
      type: 'error',
      name: 'Error',
      value: 1,
      timestamp: Date.now(),
      url: `https://shop.test${path}`,
      sessionId: 'a-session',
      metadata: { message: `${message} ${index}` },
    })),
  );
const errorEvent = (message) => errorEvents(message, 1);
