import {defineConfig} from 'vitest/config';

// One project a browser, so that `--project webkit` runs the tests of one.
export default defineConfig({
  test: {
    // Every test is shown, and with those that are skipped the reason.
    reporters: ['verbose'],
    maxWorkers: 2,
    projects: (['chromium', 'firefox', 'webkit'] as const).map((engine) => ({
      test: {
        name: engine,
        provide: {engine},
        include: ['test/browser/*.test.ts'],
        testTimeout: 20_000,
        hookTimeout: 30_000,
      },
    })),
  },
});
