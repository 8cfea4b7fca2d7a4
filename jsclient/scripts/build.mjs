// Builds dist/: ESM for bundlers, CommonJS for Jest and its like, one IIFE for a script tag, types, source maps.
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {build} from 'esbuild';
import {minify} from './minify.mjs';
import {typesOf} from './types.mjs';

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
    external: format == 'iife' ? [] : ['./index.js', 'react', 'next/navigation.js'],
    sourcemap: 'external',
    outfile: 'dist/' + file,
    write: false,
  });
  const [map, built] = ['.map', ''].map((end) => outputFiles.find(({path}) => path.endsWith(file + end)).text);
  const code = format == 'cjs' ? built.replaceAll('require("./index.js")', 'require("./index.cjs")') : built;
  // Minifiers drop directives that they do not know.
  const directive = /^['"]use client['"];?\n/m.test(code) ? '"use client";' : undefined;
  const preamble = format == 'iife' ? COMPILE_AHEAD : directive;
  const small = await minify(code, {module: format != 'iife', preamble, map: {content: map, file}});
  return [
    [file, small.code],
    [file + '.map', small.map],
  ];
}

const files = await Promise.all([
  make('src/index.ts', 'index.js', 'esm'),
  make('src/react.ts', 'react.js', 'esm'),
  make('src/next.ts', 'next.js', 'esm'),
  make('src/index.ts', 'index.cjs', 'cjs'),
  make('src/react.ts', 'react.cjs', 'cjs'),
  make('src/next.ts', 'next.cjs', 'cjs'),
  make('src/iife.ts', 'rum.iife.js', 'iife'),
  make('src/iife-full.ts', 'rum.full.iife.js', 'iife'),
  make('src/iife-vercel.ts', 'rum.vercel.iife.js', 'iife'),
  typesOf(['index', 'react', 'next', 'iife', 'iife-full']),
]);
rmSync('dist', {recursive: true, force: true});
mkdirSync('dist');
for (const [file, content] of files.flat()) {
  mkdirSync(dirname('dist/' + file), {recursive: true});
  writeFileSync('dist/' + file, content);
}
