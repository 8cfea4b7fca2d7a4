import {defineConfig} from 'vitest/config';

// One project a browser, so that `--project webkit` runs the tests of one.
export default defineConfig({
  test: {
    // Every test is shown, and with those that are skipped the reason.
    reporters: ['verbose', './test/mistakes/table.ts'],
    // Tests of browsers wait more than they work, so that two cores have time for three.
    maxWorkers: 3,
    projects: (['chromium', 'firefox', 'webkit'] as const).map((engine) => ({
      test: {
        name: engine,
        provide: {engine},
        // Mistakes do not depend on the browser, so that one is enough; only Chromium tells of CPU time.
        include: ['test/browser/*.test.ts', ...(engine == 'chromium' ? ['test/mistakes/browser/*.test.ts', 'test/cost/*.test.ts'] : [])],
        testTimeout: 20_000,
        // A busy machine may disturb real browsers once. What passes then is marked (retry x1) in the report.
        retry: process.env.CI ? 1 : 0,
        hookTimeout: 30_000,
      },
    })),
  },
});
