// Prints what the client weighs and fails when it is over budget. Needs dist/.
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {brotliCompressSync, gzipSync} from 'node:zlib';
import {build} from 'esbuild';
import {minify} from './minify.mjs';

const dist = new URL('../dist/', import.meta.url).pathname;

/** Budgets in bytes, brotli at its best. */
export const BUDGETS = {core: 5_000, everything: 8_000};

/** What an application pays that imports just this. */
async function bundled(code) {
  const entry = join(mkdtempSync(join(tmpdir(), 'rum-size-')), 'entry.js');
  writeFileSync(entry, code);
  const {outputFiles} = await build({
    entryPoints: [entry],
    alias: {'@otelcol-rum/browser': dist + 'index.js'},
    bundle: true,
    minifySyntax: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  return (await minify(outputFiles[0].text)).code;
}

function weigh(code) {
  return {minified: code.length, gzip: gzipSync(code, {level: 9}).length, brotli: brotliCompressSync(code).length};
}

export async function sizes() {
  const core = `import {initRUMWith, plainVitals} from '@otelcol-rum/browser';
    initRUMWith([plainVitals], {endpoint: '/v1/rum'});`;
  return {
    core: weigh(await bundled(core)),
    // As the receiver serves it: without the link to its source map.
    everything: weigh(readFileSync(dist + 'rum.iife.js', 'utf8').replace(/\/\/# sourceMappingURL=.*\n?/, '')),
  };
}

if (process.argv[1] == import.meta.filename) {
  const measured = await sizes();
  console.table(measured);
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const [name, budget] of Object.entries(BUDGETS)) {
    if (measured[name].brotli > budget) {
      console.error(`${name}: ${measured[name].brotli} B brotli is over the budget of ${budget} B`);
      process.exitCode = 1;
    }
    if (!readme.includes(`| ${name} | ${budget.toLocaleString('en')} |`)) {
      console.error(`README.md does not quote the budget of ${name}: ${budget} B`);
      process.exitCode = 1;
    }
  }
}
