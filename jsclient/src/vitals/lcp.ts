import type {LCPEntry, Reading, Vital} from './vital.js';

/**
 * Largest Contentful Paint of a page that was visible then. The browser itself stops reporting at
 * the first input. https://web.dev/articles/lcp
 */
export const lcp: Vital = ({observe, start, firstHidden}, explain) => {
  let last: Reading | undefined;
  observe<LCPEntry>('largest-contentful-paint', (entry) => {
    const t = entry.startTime;
    // Explained now: the element may be gone when a batch is made.
    if (t < firstHidden()) last = {v: Math.max(t - start, 0), t, a: explain.lcp?.(entry, start)};
  });
  return () => last;
};
