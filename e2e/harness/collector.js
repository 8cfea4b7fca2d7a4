import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logRecords, metricPoints } from './otlp.js';
import { built, fromRoot } from './paths.js';
import { until } from './poll.js';
import { freePorts } from './ports.js';
import { start } from './process.js';

/** The path of a configuration for tests. */
export const fixture = (name) => fromRoot('e2e', 'fixtures', name);

/** The distribution under test. */
export const binary = () => built('dist', 'otelcol-rum');

/**
 * Starts the built collector on free ports with a folder of its own, and waits until it is healthy.
 * The caller must stop() it.
 *
 * @param {{config?: string, origin?: string, env?: Record<string, string>, data?: string}} [options]
 *   config: path of a configuration that uses the environment of fixtures/collector.yaml;
 *   data: the folder of an earlier one that has ended, to go on where it stopped
 */
export async function startCollector({ config = fixture('collector.yaml'), origin, env = {}, data } = {}) {
  const [rum, health, telemetry, pprof] = await freePorts(4);
  data ??= await mkdtemp(join(tmpdir(), 'otelcol-rum-e2e-'));
  const program = start(binary(), ['--config', config], {
    env: {
      ...process.env,
      E2E_RUM_PORT: String(rum),
      E2E_HEALTH_PORT: String(health),
      E2E_TELEMETRY_PORT: String(telemetry),
      E2E_PPROF_PORT: String(pprof),
      E2E_DATA: data,
      E2E_ORIGIN: origin ?? 'http://localhost:1',
      ...env,
    },
  });
  const collector = {
    url: `http://127.0.0.1:${rum}`,
    telemetryUrl: `http://127.0.0.1:${telemetry}/metrics`,
    pprofUrl: `http://127.0.0.1:${pprof}/debug/pprof`,
    pid: program.child.pid,
    data,
    output: program.output,
    running: program.running,
    logs: () => lines(join(data, 'logs.jsonl')).then(logRecords),
    metrics: () => lines(join(data, 'metrics.jsonl')).then(metricPoints),
    /** Ends it as an orchestrator would; everything pending is flushed first. The files stay readable. */
    stop: () => program.stop('SIGTERM'),
    /** Ends it as a crash would. */
    kill: () => program.stop('SIGKILL'),
    remove: () => rm(data, { recursive: true, force: true }),
  };
  try {
    await until('the collector to be healthy', async () => {
      if (!program.running()) throw new Error('it ended');
      return (await fetch(`http://127.0.0.1:${health}/`)).ok;
    });
  } catch (error) {
    await program.stop();
    throw new Error(`${error.message}\n${program.output()}`);
  }
  return collector;
}

/** The complete JSON lines of a file; the last one may be half written. */
export async function lines(path) {
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
