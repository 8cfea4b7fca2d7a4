// @vitest-environment node
import {join} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import type {BuildOptions} from 'esbuild';
import {expect} from 'vitest';
// @ts-expect-error a script without types
import {minify} from '../../scripts/minify.mjs';
// @ts-expect-error a script without types
import {BUDGETS} from '../../scripts/size.mjs';
import {describeMistake} from './mistake.js';
import {variant, type Edit} from './variant.js';

const root = join(import.meta.dirname, '../..');

/** Size of what a page gets, brotli, for each budget. */
const weigh = (entry: BuildOptions) => async (edits: readonly Edit[]) => {
  const {code} = await minify(await variant(edits, {format: 'iife', minifySyntax: true, ...entry}));
  return brotliCompressSync(code).length;
};

const core = {
  stdin: {
    contents: "import {initRUMWith, plainVitals} from './src/index.js'; initRUMWith([plainVitals], {endpoint: '/v1/rum'});",
    resolveDir: root,
  },
};

const library: Edit = ['rum.ts', '/** The running client', "import * as library from 'web-vitals/attribution';\nObject.assign(globalThis, {library});\n/** The running client"];

describeMistake(
  'a core that brings everything along: who wants vitals alone pays for all of it',
  {
    'collectors that bundlers cannot drop': [['index.ts', 'export function initRUM(', 'Object.assign(globalThis, everything());\nexport function initRUM(']],
    'a library beside our own code': [library],
  },
  weigh(core),
  (bytes) => expect(bytes).toBeLessThanOrEqual(BUDGETS.core),
);

describeMistake(
  'a script of tens of kilobytes: the measurement slows down what it measures',
  {'a library beside our own code': [library]},
  weigh({entryPoints: ['src/iife.ts']}),
  (bytes) => expect(bytes).toBeLessThanOrEqual(BUDGETS.everything),
);
