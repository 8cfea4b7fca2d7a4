import {navigationEntry} from '../navigation-entry.js';
import {selectorOf} from '../selector.js';
import type {Explain} from './vital.js';

/**
 * Tells the element behind each vital, and the times that the receiver makes the parts of it from:
 * https://web.dev/articles/optimize-lcp#lcp-breakdown, https://web.dev/articles/optimize-inp
 */
export const fully: Required<Explain> = {
  lcp: ({element, url: u}, start) => {
    const resource = performance.getEntriesByType('resource').find(({name}) => name == u) as
      | PerformanceResourceTiming
      | undefined;
    // What is not known becomes NaN, which is not sent.
    const since = (time?: number) => (time as number) - start;
    return {
      sel: selectorOf(element),
      u,
      fb: since(navigationEntry()?.responseStart),
      // Resources of other origins hide requestStart, but not when they began.
      rs: since(resource?.requestStart || resource?.startTime),
      re: since(resource?.responseEnd),
    };
  },
  cls: ({value: sv, startTime: sa, sources}, before) =>
    before && before.sv! >= sv ? before : {sel: selectorOf(sources?.find(({node}) => node)?.node), sv, sa},
  event: ({target, processingStart, processingEnd}, known) => ({
    sel: known?.sel || selectorOf(target),
    from: Math.min(processingStart, known?.from ?? Infinity),
    to: Math.max(processingEnd, known?.to ?? 0),
  }),
  inp: ({entry: {name: it, startTime}, sel, from, to}) => ({sel, it, ps: from! - startTime, pe: to! - startTime}),
};
