import type {Recorder} from '../recorder.js';

/** What TypeScript's library does not know yet. */
type ResourceEntry = PerformanceResourceTiming & {responseStatus?: number};

/** Reports of one page view: a gallery of slow images is one fact, not a thousand. */
const MAX_RESOURCES = 100;

/** Resources that took long, but for our own requests and what the page filters out. */
export function resources({settings, record, lose, limit, isOwn, observe}: Recorder): void {
  const {slowResourceMs, resourceSampleRate, resourceFilter} = settings;
  const another = limit(MAX_RESOURCES, 'resource_cap');
  observe<ResourceEntry>('resource', (entry) => {
    const {name: u, duration: v} = entry;
    if (v < slowResourceMs || isOwn(u) || !/^https?:/.test(u)) return;
    if (resourceFilter && !resourceFilter(entry)) return;
    if (Math.random() >= resourceSampleRate) return lose('resource_sampled');
    if (!another()) return;
    record({
      k: 'resource',
      t: entry.startTime,
      u,
      v,
      it: entry.initiatorType,
      ts: entry.transferSize,
      es: entry.encodedBodySize,
      ds: entry.decodedBodySize,
      st: entry.responseStatus,
    });
  });
}
