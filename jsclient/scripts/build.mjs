// Builds dist/: ESM for bundlers, one IIFE for a script tag, types, source maps.
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';
import {minify} from './minify.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const {version} = JSON.parse(readFileSync('package.json', 'utf8'));

async function emit(entry, file, format) {
  const {outputFiles} = await build({
    entryPoints: [entry],
    bundle: true,
    format,
    target: 'es2022',
    define: {__VERSION__: JSON.stringify(version)},
    // The bindings import ./index.js as it is, so that an application has one client, not two.
    external: format == 'esm' ? ['./index.js', 'react', 'next/navigation.js'] : [],
    sourcemap: 'external',
    outfile: 'dist/' + file,
    write: false,
  });
  const [map, code] = ['.map', ''].map((end) => outputFiles.find(({path}) => path.endsWith(file + end)).text);
  const small = await minify(code, {module: format == 'esm', map: {content: map, file}});
  // A directive must come first, and minifiers drop what they do not know.
  const directive = /^['"]use client['"];?\n/m.test(code) ? '"use client";' : '';
  writeFileSync('dist/' + file, directive + small.code);
  writeFileSync('dist/' + file + '.map', small.map);
}

rmSync('dist', {recursive: true, force: true});
mkdirSync('dist');
await emit('src/index.ts', 'index.js', 'esm');
await emit('src/react.ts', 'react.js', 'esm');
await emit('src/next.ts', 'next.js', 'esm');
await emit('src/iife.ts', 'rum.iife.js', 'iife');
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json'], {stdio: 'inherit'});
