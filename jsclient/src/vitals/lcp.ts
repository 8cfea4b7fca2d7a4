import type {LCPEntry, Vital} from './vital.js';

/**
 * Largest Contentful Paint of a page that was visible then. The browser itself stops reporting at
 * the first input. https://web.dev/articles/lcp
 */
export const lcp: Vital = ({observe, start, firstHidden}, explain) => {
  let last: LCPEntry | undefined;
  let target = '';
  observe<LCPEntry>('largest-contentful-paint', (entry) => {
    if (entry.startTime >= firstHidden()) return;
    last = entry;
    target = explain.element(entry.element); // now: it may be gone when a batch is made
  });
  return () =>
    last && {v: Math.max(last.startTime - start, 0), t: last.startTime, a: explain.lcp(last, target, start)};
};
