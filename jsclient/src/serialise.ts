import type {Batch} from './encode.js';

/**
 * Largest body in bytes. Browsers allow 64 KiB for all keepalive requests and beacons that are
 * under way together. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
export const MAX_BODY = 60 * 1024;

/** A batch as a body for the attempt that is made now. */
export const serialise = (batch: Batch): string => 
  JSON.stringify({...batch, now: Math.round(performance.now())}, function (this: Record<string, unknown>, name) {
    // The value itself, and not what toJSON makes of it: old libraries give every array one that returns a text.
    return this[name];
  });
