// Every configuration of examples/topologies is one that the distribution for more than one machine takes.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromRoot, root } from '../harness/paths.js';
import { run } from '../harness/process.js';
import { scaleBinary } from './processes.js';

const folder = fromRoot('examples', 'topologies');
for (const file of (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml'))) {
  test(`otelcol-rum validate takes ${file}`, async () => {
    const { code, output } = await run(scaleBinary(), ['validate', '--config', join(folder, file)], { cwd: root });
    assert.equal(code, 0, output);
  });
}
