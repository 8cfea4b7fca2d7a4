import {defineConfig} from 'vitest/config';

export default defineConfig({
  define: {__VERSION__: '"0.0.0-test"'},
  test: {include: ['test/*.test.{ts,tsx}'], environment: 'happy-dom', maxWorkers: 2},
});
