import {after, type LCPEntry, type Read, type Reading, type VitalView} from './vital.js';

/**
 * The last paint of a type that is not just of a background, of a page that was visible then: First Contentful Paint of `paint`, and
 * Largest Contentful Paint, of which the browser itself stops reporting at the first input. https://web.dev/articles/fcp https://web.dev/articles/lcp
 */
export function paint({observe, _start: start, _seen: seen}: VitalView, type: string, why?: (entry: LCPEntry, start: number) => object): Read {
  let last: Reading | undefined;
  observe<LCPEntry>(type, (entry) => {
    const {name, startTime} = entry;
    // Explained now: the element may be gone when a batch is made.
    if (name != 'first-paint' && seen(startTime)) last = {...after(start, startTime), ...why?.(entry, start)};
  });
  return () => last;
}
