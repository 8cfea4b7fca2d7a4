// Writes what the page has of others, with the licence on top: site/vendor/uplot.js and uplot.css.
// `make generate` runs it; the page's own files are served as they are.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const licence = await readFile(at('node_modules/uplot/LICENSE'), 'utf8');
const banner = `/*! uPlot, https://github.com/leeoniya/uPlot\n\n${licence.trim()}\n*/`;

await build({
  entryPoints: { 'uplot': at('node_modules/uplot/dist/uPlot.esm.js') },
  outdir: at('site/vendor'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none', // the banner is longer
  banner: { js: banner },
  logLevel: 'warning',
});
await build({ entryPoints: { uplot: at('node_modules/uplot/dist/uPlot.min.css') }, outdir: at('site/vendor'), minify: true, banner: { css: banner }, logLevel: 'warning' });
