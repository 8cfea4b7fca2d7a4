// Prints what the client weighs and fails when it is over budget. Needs dist/.
import {readFileSync} from 'node:fs';
import {brotliCompressSync, gzipSync} from 'node:zlib';
import {build} from 'esbuild';
import {minify} from './minify.mjs';

const dist = new URL('../dist/', import.meta.url).pathname;

/** Budgets in bytes, brotli at its best. */
export const BUDGETS = {core: 5_000, everything: 8_000};

/** How an application bundles what it imports. */
const BUNDLE = {bundle: true, minifySyntax: true, format: 'iife', target: 'es2022', write: false};

/** What an application pays that imports just this. */
export async function bundled(contents) {
  const stdin = {contents, resolveDir: dist};
  const {outputFiles} = await build({...BUNDLE, stdin, alias: {'@otelcol-rum/browser': dist + 'index.js'}});
  return (await minify(outputFiles[0].text)).code;
}

/** The same of other packages, found from a folder on. */
export async function bundledPeer(contents, resolveDir) {
  const stdin = {contents, resolveDir};
  const define = {'process.env.NODE_ENV': '"production"'};
  const {outputFiles} = await build({...BUNDLE, stdin, define, legalComments: 'none'});
  return (await minify(outputFiles[0].text, {foreign: true})).code;
}

export function weigh(code) {
  return {minified: code.length, gzip: gzipSync(code, {level: 9}).length, brotli: brotliCompressSync(code).length};
}

/** The core alone; the endpoint is an expression. */
export const core = (endpoint = "'/v1/rum'") => `import {initRUMWith, plainVitals} from '@otelcol-rum/browser';
  initRUMWith([plainVitals], {endpoint: ${endpoint}});`;

export async function sizes() {
  return {
    core: weigh(await bundled(core())),
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
