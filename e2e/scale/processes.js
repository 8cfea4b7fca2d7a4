import { join } from 'node:path';
import { logRecords } from '../harness/otlp.js';
import { built, fromRoot } from '../harness/paths.js';
import { until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';
import { start } from '../harness/process.js';

/** The distribution with what carries records between processes. */
export const scaleBinary = () => built('dist', 'scale', 'otelcol-rum');

/**
 * A process of examples/topologies with ports and a folder of its own, which it keeps when it is started again.
 *
 * @param {string} config path below examples/topologies
 * @param {string} folder
 * @param {Record<string, string>} env
 * @param {string[]} overrides further configurations, as --config takes them
 */
export async function newProcess(config, folder, env, overrides = []) {
  const [port, health, telemetry] = await freePorts(3);
  const address = `127.0.0.1:${port}`;
  let program;
  return {
    address,
    url: `http://${address}`,
    telemetry: `http://127.0.0.1:${telemetry}/metrics`,
    output: () => program.output(),
    async start() {
      program = start(scaleBinary(), [fromRoot('examples', 'topologies', ...config.split('/')), ...overrides].flatMap((each) => ['--config', each]), {
        env: {
          ...process.env,
          RUM_ENDPOINT: address,
          RUM_WORKER_ENDPOINT: address,
          RUM_HEALTH_ENDPOINT: `127.0.0.1:${health}`,
          RUM_TELEMETRY_PORT: String(telemetry),
          RUM_QUEUE_DIR: join(folder, 'queue'),
          RUM_STATE_DIR: join(folder, 'state'),
          RUM_BACKEND_ENCODING: 'json',
          RUM_SAMPLING_SALT: 'the same on all',
          ...env,
        },
      });
      await until(`${config} to be healthy`, async () => {
        if (!program.running()) throw new Error(program.output());
        return (await fetch(`http://127.0.0.1:${health}/`)).ok;
      }, { timeout: 60_000 });
    },
    running: () => program.running(),
    pid: () => program.child.pid,
    signal: (name) => program.child.kill(name),
    /** Ends it as an orchestrator would. */
    stop: () => program?.stop('SIGTERM'),
    /** Ends it as a crash would. */
    kill: () => program.stop('SIGKILL'),
  };
}

/** A body of one event; an error is always kept. */
export const event = (type, session, id) =>
  JSON.stringify([
    {
      type, name: 'checkout', value: 20, timestamp: Date.now(), url: 'https://shop.example/checkout', sessionId: session,
      metadata: { message: 'it broke', test_id: id },
    },
  ]);

/** The records that a backend was sent, of the events whose id begins so. */
export const recordsOf = (backend, name) =>
  logRecords(backend.bodies.filter(({ path }) => path === '/v1/logs').map(({ bytes }) => JSON.parse(bytes)))
    .filter(({ attributes }) => String(attributes['rum.metadata.test_id']).startsWith(`${name}-`));
