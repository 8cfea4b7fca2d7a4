// Builds dist/: ESM for bundlers, one IIFE for a script tag, types, source maps.
import {execFileSync} from 'node:child_process';
import {readFileSync, rmSync} from 'node:fs';
import {build} from 'esbuild';

process.chdir(new URL('..', import.meta.url).pathname);
const {version} = JSON.parse(readFileSync('package.json', 'utf8'));

const shared = {
  bundle: true,
  sourcemap: true,
  target: 'es2022',
  define: {__VERSION__: JSON.stringify(version)},
  logLevel: 'warning',
};

rmSync('dist', {recursive: true, force: true});
await build({...shared, entryPoints: ['src/index.ts'], format: 'esm', outfile: 'dist/index.js'});
// The bindings import ./index.js as it is, so that an application has one client, not two.
for (const binding of ['react', 'next']) {
  await build({
    ...shared,
    entryPoints: [`src/${binding}.ts`],
    format: 'esm',
    outfile: `dist/${binding}.js`,
    external: ['./index.js', 'react', 'next/navigation.js'],
  });
}
await build({...shared, entryPoints: ['src/iife.ts'], format: 'iife', minify: true, outfile: 'dist/rum.iife.js'});
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json'], {stdio: 'inherit'});
