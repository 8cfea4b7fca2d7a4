import {after, type LCPEntry, type Loading, type Reading, type Vital, type VitalView} from './vital.js';

/** First Contentful Paint of a page that was visible then. https://web.dev/articles/fcp */
export const fcp: Vital = (view) => paint(view, 'paint');

/**
 * Largest Contentful Paint of a page that was visible then. The browser itself stops reporting at
 * the first input. https://web.dev/articles/lcp
 */
export const lcp: Vital = (view, explain) => paint(view, 'largest-contentful-paint', explain.lcp);

/** The last paint of a type that is not just of a background. */
function paint({observe, start, firstHidden}: VitalView, type: string, why?: (entry: LCPEntry, start: number) => object) {
  let last: Reading | undefined;
  observe<LCPEntry>(type, (entry) => {
    const {name, startTime: t} = entry;
    // Explained now: the element may be gone when a batch is made.
    if (name != 'first-paint' && t < firstHidden()) last = {...after(start, t), ...why?.(entry, start)};
  });
  return () => last;
}

/**
 * Loading vitals of a page that came back from the back/forward cache: it waited for no byte, and is
 * painted as a whole, two frames after the restore.
 */
export function restored({start}: VitalView): Loading {
  let painted: Reading | undefined;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      painted = after(start, performance.now());
    }),
  );
  const read = () => painted;
  return [() => after(start, start), read, (globalThis as {LargestContentfulPaint?: object}).LargestContentfulPaint && read];
}
