import { readFileSync } from 'node:fs';
import { fromRoot } from './paths.js';

/** Documents keep what they measured under this prefix in localStorage, which outlives them. */
const prefix = 'e2e:';

const webVitals = () => readFileSync(fromRoot('e2e', 'node_modules', 'web-vitals', 'dist', 'web-vitals.iife.js'), 'utf8');

/**
 * Makes every document of the page measure itself, without our client: vitals through the
 * web-vitals library, the rest from the browser's own events and entries.
 */
export async function measureIndependently(page) {
  await page.evaluateOnNewDocument(`${webVitals()};(${observe})(webVitals, ${JSON.stringify(prefix)})`);
}

/** Runs in the browser. */
function observe(webVitals, prefix) {
  const seen = {
    path: location.pathname,
    timeOrigin: performance.timeOrigin,
    vitals: {},
    /** Every value that a vital had. */
    reports: [],
    errors: [],
    rejections: [],
    resources: [],
    longTasks: [],
    frames: [],
    clicks: 0,
  };
  const save = () => localStorage.setItem(`${prefix}${seen.timeOrigin}`, JSON.stringify(seen));
  const vital = ({ name, value, id, navigationType, rating }) => {
    seen.vitals[name] = { value, id, navigationType, rating };
    seen.reports.push({ name, value });
    save();
  };
  for (const name of ['LCP', 'INP', 'CLS', 'FCP', 'TTFB']) {
    webVitals[`on${name}`](vital, { reportAllChanges: true });
  }

  const entries = (type, add) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    const take = (list) => {
      list.forEach(add);
      save();
    };
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type, buffered: true });
    addEventListener('pagehide', () => take(observer.takeRecords())); // what ended just before the page did
  };
  const short = ({ name, duration, startTime, initiatorType }) => ({ name, duration, startTime, initiatorType });
  entries('resource', (entry) => seen.resources.push(short(entry)));
  entries('longtask', (entry) => seen.longTasks.push(short(entry)));
  entries('long-animation-frame', (entry) => seen.frames.push(short(entry)));

  addEventListener('click', () => (seen.clicks += 1, save()), true);
  addEventListener('error', (event) => (seen.errors.push(event.error?.name ?? event.message), save()));
  addEventListener('unhandledrejection', (event) => (seen.rejections.push(event.reason?.name ?? String(event.reason)), save()));
  addEventListener('load', () =>
    setTimeout(() => {
      seen.navigation = performance.getEntriesByType('navigation')[0].toJSON();
      save();
    }),
  );
}

/** What the document that is open now has measured so far. */
export const measuredHere = (page) =>
  page.evaluate((prefix) => JSON.parse(localStorage.getItem(prefix + performance.timeOrigin)), prefix);

/** What all documents of this origin have measured, oldest first. The page must be of that origin. */
export const measured = (page) =>
  page.evaluate(
    (prefix) =>
      Object.keys(localStorage)
        .filter((key) => key.startsWith(prefix))
        .map((key) => JSON.parse(localStorage.getItem(key)))
        .sort((a, b) => a.timeOrigin - b.timeOrigin),
    prefix,
  );
