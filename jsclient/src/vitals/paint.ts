import {navigationEntry} from '../navigation-entry.js';
import {after, type LCPEntry, type Loading, type Reading, type Vital, type VitalView} from './vital.js';

/** First Contentful Paint of a page that was visible then. https://web.dev/articles/fcp */
export const fcp: Vital = (view) => paint(view, 'paint');

/**
 * Largest Contentful Paint of a page that was visible then. The browser itself stops reporting at
 * the first input. https://web.dev/articles/lcp
 */
export const lcp: Vital = (view, explain) => paint(view, 'largest-contentful-paint', explain._lcp);

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

/**
 * Loading vitals of a page that came back from the back/forward cache: it waited for no byte, and is
 * painted as a whole, two frames after the restore. A browser that could not tell when the first byte of the
 * load came is asked for no other, as in web-vitals.
 */
export function restored({_start: start}: VitalView): Loading {
  let painted: Reading | undefined;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      painted = after(start, performance.now());
    }),
  );
  const read = () => painted;
  const firstByte = navigationEntry() && (() => after(start, start));
  return [firstByte, read, (globalThis as {LargestContentfulPaint?: object}).LargestContentfulPaint && read];
}
