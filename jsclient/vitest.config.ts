import {defineConfig} from 'vitest/config';

export default defineConfig({
  // The version that the goldens name; a release need not rewrite them.
  define: {__VERSION__: JSON.stringify('0.1.0')},
  test: {
    include: ['test/*.test.{ts,tsx}', 'test/mistakes/*.test.ts'],
    environment: 'happy-dom',
    environmentOptions: {happyDOM: {url: 'https://shop.example/?utm=1'}},
    maxWorkers: 2,
    testTimeout: 30_000, // minifying takes seconds on a busy machine
    reporters: ['default', './test/mistakes/table.ts'],
  },
});
