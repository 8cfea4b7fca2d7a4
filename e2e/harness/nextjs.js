import { built } from './paths.js';
import { until } from './poll.js';
import { start } from './process.js';

/**
 * Starts the built Next.js example on a port, with its beacons forwarded to the collector.
 *
 * @param {number} port
 * @param {string} collector URL of the receiver, which must allow the origin http://127.0.0.1:<port>
 */
export async function startNextjs(port, collector) {
  const cwd = built('examples', 'nextjs');
  built('examples', 'nextjs', '.next', 'BUILD_ID');
  // Not by npm: it would be npm that is stopped.
  const args = ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)];
  const env = { ...process.env, RUM_COLLECTOR: collector, NEXT_TELEMETRY_DISABLED: '1' };
  const program = start(process.execPath, args, { cwd, env });
  const url = `http://127.0.0.1:${port}`;
  try {
    await until('the Next.js example to answer', async () => {
      if (!program.running()) throw new Error('it ended');
      return (await fetch(url)).ok;
    });
  } catch (error) {
    await program.stop();
    throw new Error(`${error.message}\n${program.output()}`);
  }
  return { url, output: program.output, stop: () => program.stop() };
}
