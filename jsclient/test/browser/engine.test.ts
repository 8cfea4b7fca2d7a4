import {expect, test} from 'vitest';
import type {Need} from './drivers/driver.js';
import {useBrowser} from './visits.js';

const on = useBrowser({'/': '<button onclick="clicked = event.isTrusted">Click</button>'});

/** What the page can be asked for; the rest is the driver's to know. */
const probes: Partial<Record<Need, string>> = {
  LCP: 'PerformanceObserver.supportedEntryTypes.includes("largest-contentful-paint")',
  INP: 'PerformanceObserver.supportedEntryTypes.includes("event")',
  CLS: 'PerformanceObserver.supportedEntryTypes.includes("layout-shift")',
  longFrames: '/long/.test(PerformanceObserver.supportedEntryTypes)',
  softNavigations: 'PerformanceObserver.supportedEntryTypes.includes("soft-navigation")',
  trustedTypes: '"trustedTypes" in window',
  fetchLater: '"fetchLater" in window',
  prerender: '"prerendering" in document',
};

test('the browser has what tests rely on; what it lacks is still lacking, or said to be new', async () => {
  const page = await on.tab('/');
  for (const [need, probe] of Object.entries(probes) as [Need, string][]) {
    const has = await page.run<boolean>(probe);
    if (on.has(need)) expect(has, `${on.engine.name} has ${need}`).toBe(true);
    else if (has) console.warn(`${on.engine.name} has ${need} now: say so in drivers/${on.engine.name}.ts, and tests run that are skipped`);
  }
});

test('clicks are trusted, as those of users', async () => {
  const page = await on.tab('/');
  await page.click('button');
  expect(await page.run('clicked')).toBe(true);
});

test('a hidden tab is hidden, a tab that was brought back is visible, and a page that is left comes back', async () => {
  const page = await on.tab('/');
  await page.hide();
  expect(await page.run('document.visibilityState')).toBe('hidden');
  await page.show();
  expect(await page.run('document.visibilityState')).toBe('visible');
  await page.run('(window.mark = 1)');
  await on.leave(page);
  await page.back();
  expect(await page.run<string>('location.pathname')).toBe('/');
  expect(await page.run<number>('window.mark')).toBe(1);
});
