import {after, type LCPEntry, type Reading, type Vital, type VitalView} from './vital.js';

/** First Contentful Paint of a page that was visible then. https://web.dev/articles/fcp */
export const fcp: Vital = (view) => paint(view, 'paint');

/**
 * Largest Contentful Paint of a page that was visible then. The browser itself stops reporting at
 * the first input. https://web.dev/articles/lcp
 */
export const lcp: Vital = (view) => paint(view, 'largest-contentful-paint', view._explain._lcp);

/** The last paint of a type that is not just of a background. */
function paint({observe, _start: start, _seen: seen}: VitalView, type: string, why?: (entry: LCPEntry, start: number) => object) {
  let last: Reading | undefined;
  observe<LCPEntry>(type, (entry) => {
    const {name, startTime} = entry;
    // Explained now: the element may be gone when a batch is made.
    if (name != 'first-paint' && seen(startTime)) last = {...after(start, startTime), ...why?.(entry, start)};
  });
  return () => last;
}
