import {encode} from './encode.js';
import {randomHex} from './random.js';
import type {Batch} from './wire.js';

/**
 * Largest body in bytes. Browsers allow 64 KiB for all keepalive requests and beacons that are
 * under way together. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
export const MAX_BODY = 60 * 1024;

/** A batch as a body for the attempt that is made now, and its bytes. */
export function serialise(batch: Batch): {body: string; size: number} {
  const body = JSON.stringify(encode(batch, performance.now()));
  return {body, size: new Blob([body]).size};
}

/** Two batches of half the events each, under ids of their own. */
export function halves(batch: Batch): Batch[] {
  const {recorded} = batch;
  const middle = recorded.length >> 1;
  return [
    {...batch, id: randomHex(8), recorded: recorded.slice(0, middle)},
    {...batch, id: randomHex(8), recorded: recorded.slice(middle), lost: undefined},
  ];
}
