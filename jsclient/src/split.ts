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

/** A batch as a body for the attempt that is made now, and at most how many bytes it has: three of each UTF-16 unit that is not ASCII. */
export function serialise(batch: Batch): {body: string; _size: number} {
  const body = JSON.stringify({...batch, now: Math.round(performance.now())}, itself);
  return {body, _size: body.replace(/[^ -~]/g, '...').length};
}

/** Takes the first half of the events out of a batch, and makes one of them under an id of its own. */
export function half(batch: Batch): Batch {
  const {events} = batch;
  return {...batch, id: randomHex(16), events: events.splice(0, events.length >> 1), lost: undefined};
}
