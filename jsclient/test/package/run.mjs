// Packs the package, installs the tarball in this project, and builds with it as its users do: Vite, webpack, rollup and
// esbuild with their defaults, Jest, TypeScript as ESM and as CommonJS; runs the README's recipes of routers. Needs dist/.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import {build as esbuild} from 'esbuild';

/** The core in a bundle of somebody's own, bytes, brotli, whichever bundler makes it. */
const BUNDLED_CORE = 5_500;

const here = import.meta.dirname;
const client = join(here, '../..');
const out = mkdtempSync(join(tmpdir(), 'rum-package-'));
const run = (command, args, cwd = here) => execFileSync(command, args, {cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8'});

if (!existsSync(join(here, 'node_modules'))) run('npm', ['ci', '--no-audit', '--no-fund']);
const {build: vite} = await import('vite');
const {rollup} = await import('rollup');
const {nodeResolve} = await import('@rollup/plugin-node-resolve');
const {default: terser} = await import('@rollup/plugin-terser');
const webpack = createRequire(import.meta.url)('webpack');

/** The tarball in the place where npm would put it: it depends on nothing. */
function install() {
  const [{filename, files}] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', out], client));
  const target = join(here, 'node_modules/@otelcol-rum/browser');
  rmSync(target, {recursive: true, force: true});
  mkdirSync(target, {recursive: true});
  run('tar', ['xzf', join(out, filename), '-C', target, '--strip-components=1']);
  if (!files.some(({path}) => path == 'LICENSE')) throw new Error('the package has no LICENSE');
  return join(out, filename);
}

const entry = join(here, 'app/core.js');

const bundlers = {
  async esbuild() {
    // Without the tsconfig.json of the client, which stands above this project: its `strict` would be written into the bundle.
    await esbuild({entryPoints: [entry], bundle: true, minify: true, outdir: join(out, 'esbuild'), logLevel: 'error', tsconfigRaw: {}});
  },
  async vite() {
    const lib = {entry, formats: ['es'], fileName: 'core'};
    const built = {outDir: join(out, 'vite'), rollupOptions: {input: entry}};
    await vite({root: here, configFile: false, logLevel: 'error', build: built, lib});
  },
  async rollup() {
    const bundle = await rollup({input: entry, plugins: [nodeResolve(), terser()]});
    await bundle.write({dir: join(out, 'rollup')});
    await bundle.close();
  },
  webpack: () =>
    new Promise((resolve, reject) =>
      webpack({mode: 'production', context: here, entry, output: {path: join(out, 'webpack')}}, (error, stats) =>
        error || stats.hasErrors() ? reject(error || new Error(stats.toString())) : resolve(),
      ),
    ),
};

/** Bytes of all scripts below a folder, brotli at its best. */
const weigh = (dir) =>
  readdirSync(dir, {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(dir, name))).length, 0);

try {
  const tarball = install();
  run(join(client, 'node_modules/.bin/publint'), ['--strict', tarball]);
  run(join(here, 'node_modules/.bin/attw'), [tarball, '--exclude-entrypoints', 'rum.iife.js', 'rum.full.iife.js']);
  for (const [module, file] of [['node16', 'types.cts'], ['nodenext', 'types.mts']]) {
    const strict = ['--ignoreConfig', '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--lib', 'es2023,dom'];
    run(join(client, 'node_modules/.bin/tsc'), [...strict, '--module', module, join('app', file)]);
  }
  run(join(here, 'node_modules/.bin/jest'), ['--silent', '--testMatch', '**/jest/*.test.cjs']);
  run(join(client, 'node_modules/.bin/vitest'), ['run', '--config', join(here, 'vitest.config.ts')]);
  const sizes = {};
  for (const [name, bundle] of Object.entries(bundlers)) {
    await bundle();
    sizes[name] = weigh(join(out, name));
  }
  console.table(sizes);
  for (const [name, size] of Object.entries(sizes)) {
    if (size > BUNDLED_CORE) throw new Error(`the core is ${size} B brotli with ${name}, over the budget of ${BUNDLED_CORE} B`);
  }
  console.log('the package installs, and builds with Vite, webpack, rollup, esbuild, Jest and TypeScript');
} finally {
  rmSync(out, {recursive: true, force: true});
}
