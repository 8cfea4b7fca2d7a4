import type {Recorder} from '../recorder.js';

/** What TypeScript's library does not know yet. */
type ResourceEntry = PerformanceResourceTiming & {responseStatus?: number};

/** Reports of one page view: a gallery of slow images is one fact, not a thousand. */
const MAX_RESOURCES = 100;

/** Resources that took long, but for our own requests and what the page filters out. */
export function resources({settings, record, lose, limit, observe}: Recorder): void {
  const {slowResourceMs = 100, resourceSampleRate = 1, resourceFilter, endpoint} = settings;
  const [own] = endpoint.split('?');
  const origin = location.origin + '/';
  const another = limit(MAX_RESOURCES, 'resource_cap');
  observe<ResourceEntry>('resource', (entry) => {
    const {name: u, duration: v} = entry;
    if (v < slowResourceMs || u.split('?')[0] == own || !/^https?:/.test(u)) return;
    if (resourceFilter && !resourceFilter(entry)) return;
    if (Math.random() >= resourceSampleRate) return lose('resource_sampled');
    if (!another()) return;
    record({
      k: 'resource',
      t: entry.startTime,
      // A resource of the page's own origin is sent as a path: most resources are.
      u: u.startsWith(origin) ? u.slice(origin.length - 1) : u,
      v,
      it: entry.initiatorType,
      ts: entry.transferSize || undefined,
      es: entry.encodedBodySize || undefined,
      ds: entry.decodedBodySize || undefined,
      st: entry.responseStatus || undefined,
    });
  });
}
