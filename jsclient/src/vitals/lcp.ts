import {navigationEntry} from '../navigation-entry.js';
import {observe} from '../observe.js';
import type {Attributes} from '../wire.js';
import {selectorOf} from './selector.js';
import type {VitalContext, VitalSource} from './vital.js';

/** What TypeScript's library does not know yet. https://w3c.github.io/largest-contentful-paint/ */
export type LCPEntry = PerformanceEntry & {element?: Element | null; url?: string};

/**
 * Largest Contentful Paint of a page that was visible then. The browser itself stops reporting at
 * the first input. https://web.dev/articles/lcp
 */
export function lcp({activation, firstHidden}: VitalContext): VitalSource | undefined {
  let last: LCPEntry | undefined;
  let target = '';
  const paints = observe<LCPEntry>(['largest-contentful-paint'], (entry) => {
    if (entry.startTime >= firstHidden()) return;
    last = entry;
    target = selectorOf(entry.element); // now, since the element may be gone when a batch is made
  });
  return (
    paints && {
      read: () => {
        paints.take();
        return last && {
          v: Math.max(last.startTime - activation, 0),
          t: last.startTime,
          a: {target, ...lcpParts(last, activation)},
        };
      },
      stop: paints.stop,
    }
  );
}

/**
 * The four parts of the time to LCP, which sum up to it: waiting for the document, finding the
 * image, loading it, showing it. Texts have no resource to load.
 * https://web.dev/articles/optimize-lcp#lcp-breakdown
 */
export function lcpParts(entry: LCPEntry, activation: number): Attributes | undefined {
  const navigation = navigationEntry();
  if (!navigation) return;
  const resource = entry.url
    ? performance.getEntriesByType('resource').find(({name}) => name == entry.url)
    : undefined;
  const since = (time: number) => Math.max(time - activation, 0);
  const firstByte = since(navigation.responseStart);
  const requested = Math.max(firstByte, resource ? since(requestStart(resource)) : 0);
  const lcpTime = since(entry.startTime);
  const loaded = Math.min(lcpTime, Math.max(requested, resource ? since(responseEnd(resource)) : 0));
  return {
    ...(entry.url ? {url: entry.url} : {}),
    time_to_first_byte: tenth(firstByte),
    resource_load_delay: tenth(requested - firstByte),
    resource_load_duration: tenth(loaded - requested),
    element_render_delay: tenth(lcpTime - loaded),
  };
}

/** Cross-origin resources hide requestStart, but not when they began. */
function requestStart(entry: PerformanceEntry): number {
  return (entry as PerformanceResourceTiming).requestStart || entry.startTime;
}

function responseEnd(entry: PerformanceEntry): number {
  return (entry as PerformanceResourceTiming).responseEnd;
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
