// Builds dist/: ESM for bundlers, one IIFE for a script tag, types, source maps.
import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';
import {minify} from './minify.mjs';

process.chdir(new URL('..', import.meta.url).pathname);
const {version} = JSON.parse(readFileSync('package.json', 'utf8'));

/**
 * Has Chromium compile all functions ahead, on another thread while the script is fetched, instead of each when
 * it is first called: half of what the script costs the page. To others it is a comment.
 * https://v8.dev/blog/explicit-compile-hints
 */
const COMPILE_AHEAD = '//# allFunctionsCalledOnLoad';

/** Makes one file and its map, in memory: dist/ is never half built. */
async function make(entry, file, format) {
  const {outputFiles} = await build({
    entryPoints: [entry],
    bundle: true,
    minifySyntax: true, // makes const let, which terser does not
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
  // Minifiers drop directives that they do not know.
  const directive = /^['"]use client['"];?\n/m.test(code) ? '"use client";' : undefined;
  const preamble = format == 'iife' ? COMPILE_AHEAD : directive;
  const small = await minify(code, {module: format == 'esm', closed: format == 'iife', preamble, map: {content: map, file}});
  return [
    [file, small.code],
    [file + '.map', small.map],
  ];
}

const files = await Promise.all([
  make('src/index.ts', 'index.js', 'esm'),
  make('src/react.ts', 'react.js', 'esm'),
  make('src/next.ts', 'next.js', 'esm'),
  make('src/iife.ts', 'rum.iife.js', 'iife'),
]);
rmSync('dist', {recursive: true, force: true});
mkdirSync('dist');
for (const [file, content] of files.flat()) writeFileSync('dist/' + file, content);
execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json'], {stdio: 'inherit'});
