import {observe} from '../observe.js';
import type {Recorder} from '../recorder.js';

/** What TypeScript's library does not know yet. */
type ResourceEntry = PerformanceResourceTiming & {responseStatus?: number};

/** Reports of one page view: a gallery of slow images is one fact, not a thousand. */
const MAX_RESOURCES = 100;

/** Resources that took long, but for our own requests and what the page filters out. */
export function resources({settings, record, lose, page, isOwn, onFlush}: Recorder) {
  const {slowResourceMs, resourceSampleRate, resourceFilter} = settings;
  let counted = page();
  let total = 0;
  const loaded = observe<ResourceEntry>(['resource'], (entry) => {
    const {name, duration} = entry;
    if (duration < slowResourceMs || isOwn(name) || !/^https?:/.test(name)) return;
    if (resourceFilter && !resourceFilter(entry)) return;
    if (Math.random() >= resourceSampleRate) return lose('resource_sampled');
    if (counted != page()) [counted, total] = [page(), 0];
    if (++total > MAX_RESOURCES) return lose('resource_cap');
    record({
      k: 'resource',
      t: entry.startTime,
      u: name,
      v: duration,
      it: entry.initiatorType,
      ts: entry.transferSize,
      es: entry.encodedBodySize,
      ds: entry.decodedBodySize,
      st: entry.responseStatus,
    });
  });
  onFlush(() => {
    loaded?.take();
    return [];
  });
  return loaded?.stop;
}
