import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lines } from './collector.js';
import { logRecords, metricPoints } from './otlp.js';
import { built, root } from './paths.js';
import { until } from './poll.js';
import { freePorts } from './ports.js';
import { start } from './process.js';

/**
 * Starts what `make run` starts, on free ports and with a data folder of its own: the built
 * collector with examples/configs/demo.yaml and the shop. The caller must stop() and remove() it.
 *
 * @param {object} [more] further flags
 */
export async function startDemo(more = {}) {
  const [shop, rum, view, metrics, health, telemetry] = (await freePorts(6)).map((port) => `localhost:${port}`);
  const data = await mkdtemp(join(tmpdir(), 'otelcol-rum-demo-'));
  const flags = { shop, rum, view, metrics, health, telemetry, data, ...more };
  const program = runDemo(flags);
  const demo = {
    addresses: { shop, rum, view, metrics, health, telemetry },
    url: `http://${shop}`,
    view: `http://${view}`,
    output: program.output,
    running: program.running,
    logs: () => lines(join(data, 'logs.jsonl')).then(logRecords),
    metrics: () => lines(join(data, 'metrics.jsonl')).then(metricPoints),
    collectorLog: () => readFile(join(data, 'collector.log'), 'utf8'),
    prometheus: async () => (await fetch(`http://${metrics}/metrics`)).text(),
    stop: (signal = 'SIGINT') => program.stop(signal),
    remove: () => rm(data, { recursive: true, force: true }),
  };
  try {
    await until('the demo to say what to open', () => {
      if (!program.running()) throw new Error('it ended');
      return program.output().includes(demo.url);
    });
  } catch (error) {
    await program.stop();
    throw new Error(`${error.message}\n${program.output()}`);
  }
  return demo;
}

/** Starts the demo program with the given flags. */
export function runDemo(flags) {
  const args = Object.entries(flags).map(([name, value]) => `-${name}=${value}`);
  return start(built('dist', 'demo'), args, { cwd: root });
}
