// Every example configuration is one that the built collector takes.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { binary } from '../harness/collector.js';
import { fromRoot, root } from '../harness/paths.js';
import { run } from '../harness/process.js';

const folder = fromRoot('examples', 'configs');
const validate = (path) => run(binary(), ['validate', '--config', path], { cwd: root });

describe('otelcol-rum validate', async () => {
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.yaml'))) {
    test(`takes examples/configs/${file} with its defaults`, async () => {
      const { code, output } = await validate(join(folder, file));
      assert.equal(code, 0, output);
    });
  }

  test('takes examples/topologies/stateless/gateway.yaml', async () => {
    const { code, output } = await validate(fromRoot('examples', 'topologies', 'stateless', 'gateway.yaml'));
    assert.equal(code, 0, output);
  });

  const wrong = {
    'an unknown key of the receiver': ['receivers: {rum: {endpointt: "x"}}', 'endpointt'],
    'an unknown key in a section of the receiver': ['receivers: {rum: {metrics: {flush_intervall: 2s}}}', 'flush_intervall'],
    'an unknown key of the processor': ['processors: {rum_budget: {budgetz: []}}', 'budgetz'],
    'a bound that is no bound': ['receivers: {rum: {metrics: {max_series: 0}}}', 'max_series'],
  };
  for (const [title, [yaml, key]] of Object.entries(wrong)) {
    test(`refuses ${title} and names it`, async (t) => {
      const dir = await mkdtemp(join(tmpdir(), 'otelcol-rum-config-'));
      t.after(() => rm(dir, { recursive: true }));
      const path = join(dir, 'wrong.yaml');
      await writeFile(path, complete(yaml));
      const { code, output } = await validate(path);
      assert.notEqual(code, 0);
      assert.match(output, new RegExp(key));
    });
  }
});

test('the distribution has the components that a gateway needs', async () => {
  const { code, output } = await run(binary(), ['components']);
  assert.equal(code, 0, output);
  const wanted = `rum otlp rum_budget memory_limiter transform filter groupbyattrs probabilistic_sampler
    cumulative_to_delta delta_to_cumulative attributes resource debug nop otlp_grpc otlp_http file prometheus
    prometheus_remote_write forward count signal_to_metrics health_check pprof zpages file_storage bearertokenauth`;
  for (const name of wanted.split(/\s+/)) {
    assert.match(output, new RegExp(`name: ${name}$`, 'm'), `${name} is not in the distribution`);
  }
});

test('the distribution for more than one machine has all of it', async () => {
  const modules = async (name) => (await readFile(fromRoot(name), 'utf8')).match(/^ {2}- gomod: .*(\n {4}\w.*)*$/gm);
  const scale = new Set(await modules('builder-config-scale.yaml'));
  for (const module of await modules('builder-config.yaml')) assert.ok(scale.has(module), `builder-config-scale.yaml lacks ${module}`);
});

/** Adds what the fragment lacks to a whole configuration. */
function complete(yaml) {
  const parts = { receivers: 'receivers: {rum: {}}', processors: 'processors: {rum_budget: {}}' };
  parts[yaml.split(':')[0]] = yaml;
  return `${Object.values(parts).join('\n')}
exporters: {nop: {}}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    logs: {receivers: [rum], processors: [rum_budget], exporters: [nop]}
    metrics: {receivers: [rum], processors: [rum_budget], exporters: [nop]}
`;
}
