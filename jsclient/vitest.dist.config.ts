import {join} from 'node:path';
import {defineConfig} from 'vitest/config';

const dist = join(import.meta.dirname, 'dist');

/** The tests of what users call, run against what they get: minified, with short names for what is ours. Needs dist/. */
export default defineConfig({
  plugins: [
    {
      name: 'built',
      enforce: 'pre',
      resolveId: (id) => (/\/src\/(index|react|next)\.js$/.test(id) ? join(dist, id.split('/').at(-1)!) : undefined),
    },
  ],
  test: {
    include: ['client', 'clicks', 'early-errors', 'errors', 'page-life', 'pages-router', 'react', 'requests', 'server', 'own-collector', 'collectors'].map(
      (name) => `test/${name}.test.{ts,tsx}`,
    ),
    environment: 'happy-dom',
    environmentOptions: {happyDOM: {url: 'https://shop.example/?utm=1'}},
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
