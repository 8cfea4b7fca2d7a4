import {encode} from './encode.js';
import {randomHex} from './random.js';
import type {Batch} from './wire.js';

/**
 * Largest body in bytes. Browsers allow 64 KiB for all keepalive requests and beacons that are
 * under way together. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
 */
export const MAX_BODY = 60 * 1024;

/** A body for the attempt that is made now, and its bytes. */
export type Piece = {body: string; size: number};

/** Serialises a batch for one attempt to send it, `now` being ms after its t0. */
export function serialise(batch: Batch, now: number): Piece {
  const body = JSON.stringify(encode(batch, now));
  return {body, size: new Blob([body]).size};
}

/** Cuts a batch into halves until each fits. An event that is too large alone is given to drop. */
export function split(batch: Batch, drop: (batch: Batch, reason: string) => void): Batch[] {
  if (serialise(batch, 0).size <= MAX_BODY) return [batch];
  if (batch.recorded.length < 2) {
    drop(batch, 'too_large');
    return [];
  }
  return halves(batch).flatMap((half) => split(half, drop));
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
