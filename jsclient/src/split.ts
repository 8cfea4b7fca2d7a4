import type {Batch} from './encode.js';
import {randomHex} from './random.js';

/**
 * Largest body in bytes. Browsers allow 64 KiB for all keepalive requests and beacons that are
 * under way together. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
export const MAX_BODY = 60 * 1024;

/** The value itself, and not what toJSON makes of it: old libraries give every array one that returns a text. */
function itself(this: Record<string, unknown>, name: string): unknown {
  return this[name];
}

/** A batch as a body for the attempt that is made now, and its bytes. */
export function serialise(batch: Batch): {body: string; _size: number} {
  const body = JSON.stringify({...batch, now: Math.round(performance.now())}, itself);
  return {body, _size: new Blob([body]).size};
}

/** Two batches of half the events each, under ids of their own. */
export function halves(batch: Batch): Batch[] {
  const {events} = batch;
  const middle = events.length >> 1;
  return [
    {...batch, id: randomHex(8), events: events.slice(0, middle)},
    {...batch, id: randomHex(8), events: events.slice(middle), lost: undefined},
  ];
}
