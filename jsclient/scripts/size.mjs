// Prints what the client weighs and fails when it is over budget. Needs dist/.
import {readFileSync, writeFileSync} from 'node:fs';
import {brotliCompressSync, gzipSync} from 'node:zlib';
import {build} from 'esbuild';
import {minify} from './minify.mjs';

const dist = new URL('../dist/', import.meta.url).pathname;

/** Budgets in bytes, brotli at its best. */
export const BUDGETS = {core: 5_320, everything: 9_000};

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

/** What an option needs is handed over in an object. */
const PARTS = /^(beforeSend|hash|ignoreErrors|respectGPC)$/;

/** What each collector or part adds to the core, if it is alone; of `vitals` what it adds to `plainVitals`. */
export async function collectorSizes() {
  const exported = await collectors();
  const alone = weigh(await bundled(core())).brotli;
  const inList = (name) => (PARTS.test(name) ? `{${name}}` : name);
  const weighWith = async (name) => {
    const list = name == 'vitals' ? [name] : ['plainVitals', name];
    const code = await bundled(`import {initRUMWith, ${list}} from '@otelcol-rum/browser'; initRUMWith([${list.map(inList)}], {endpoint: '/v1/rum'});`);
    return [name, weigh(code).brotli - alone];
  };
  return Object.fromEntries(await Promise.all(exported.map(weighWith)));
}

/** What else the package exports are collectors, and the parts of options. */
async function collectors() {
  const others = /^(initRUM|initRUMWith|getRUM|checkPerformanceBudget|DEFAULT_BUDGETS|plainVitals|methods)$/;
  return Object.keys(await import(dist + 'index.js')).filter((name) => !others.test(name)).sort();
}

/** The table of the README, of budgets that `npm run size -- --write` makes of what is measured. */
const TABLE = /(<!-- sizes of collectors -->\n)[^]*?(<!-- end -->)/;
const STEP = 20; // brotli is a little restless
/** How far the bytes in the table beside others may be from what is measured: a few small changes. */
const QUOTED = 0.02;

function tableOf(sizes) {
  const rows = Object.entries(sizes).map(([name, bytes]) => `| \`${name}\` | ${Math.ceil((bytes + STEP / 2) / STEP) * STEP} |\n`);
  return `| collector | bytes at most |\n|---|---:|\n${rows.join('')}`;
}

const problems = [];
const check = (ok, problem) => ok || problems.push(problem);

if (process.argv[1] == import.meta.filename) {
  const measured = await sizes();
  const each = await collectorSizes();
  console.table(measured);
  console.table(each);
  const file = new URL('../README.md', import.meta.url);
  let readme = readFileSync(file, 'utf8');
  if (process.argv.includes('--write')) {
    readme = readme.replace(TABLE, (_, begin, end) => begin + tableOf(each) + end);
    writeFileSync(file, readme);
  }
  for (const [name, budget] of Object.entries(BUDGETS)) {
    check(measured[name].brotli <= budget, `${name}: ${measured[name].brotli} B brotli is over the budget of ${budget} B`);
    check(readme.includes(`| ${name} | ${budget.toLocaleString('en')} |`), `README.md does not quote the budget of ${name}: ${budget} B`);
    const quoted = +(new RegExp(`\\| ${name} \\| ([\\d,]+) \\| [\\d.]+ \\|`).exec(readme)?.[1].replace(',', '') ?? NaN);
    const off = Math.abs(quoted / measured[name].brotli - 1);
    check(off <= QUOTED, `${name}: README.md has ${quoted} B in the table beside others, it is ${measured[name].brotli} B`);
  }
  const table = TABLE.exec(readme)?.[0] || '';
  for (const [name, bytes] of Object.entries(each)) {
    const budget = +new RegExp(`\\| \`${name}\` \\| (\\d+) \\|`).exec(table)?.[1];
    check(bytes <= budget, `${name}: ${bytes} B brotli is over its budget in README.md, ${budget} B`);
  }
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length ? 1 : 0;
}
