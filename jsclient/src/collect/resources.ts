import {RESOURCE_NAMES} from '../encode.js';
import type {Recorder} from '../recorder.js';

/** What TypeScript's library does not know yet. */
export type ResourceEntry = PerformanceResourceTiming & {responseStatus?: number};

/**
 * Resources that took long, but for our own requests and what the page filters out; with `requests`
 * also those of scripts, however long they took.
 */
export function resources({settings, record, lose, observe, _hooks: hooks}: Recorder): void {
  hooks._names += RESOURCE_NAMES;
  const {slowResourceMs = 100, resourceSampleRate = 1, resourceFilter} = settings;
  observe<ResourceEntry>('resource', (entry) => {
    const {name, startTime: time, duration: value, initiatorType, responseStatus: status} = entry;
    const call = hooks._callOf?.(entry);
    if (!isForeign(name, settings) || call?._reported) return;
    if (!call) {
      if (value < slowResourceMs || resourceFilter?.(entry) === false) return;
      if (Math.random() >= resourceSampleRate) return lose('resource_sampled');
    }
    record({
      kind: 'resource',
      time,
      url: pathOf(name),
      value,
      initiatorType,
      // 0 is what browsers give where they must not reveal what belongs to another origin.
      transferSize: entry.transferSize,
      encodedBodySize: entry.encodedBodySize,
      decodedBodySize: entry.decodedBodySize,
      status,
      ...call?._known,
      ...(status && {status}),
    });
  });
}

/** Returns whether something is fetched over the network, and not by this client. */
export function isForeign(url: string, {endpoint}: {endpoint: string}): boolean {
  return /^https?:/.test(url) && url.split('?')[0] != endpoint.split('?')[0];
}

/** A resource of the page's own origin is sent as a path: most resources are. */
export function pathOf(url: string): string {
  const {origin} = location;
  return url.startsWith(origin + '/') ? url.replace(origin, '') : url;
}
