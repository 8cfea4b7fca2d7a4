import type {Batch, Beacon} from './wire.js';

/**
 * Makes the wire form of a batch of clean events. Pure: the same input gives the same beacon.
 *
 * `now` is the time of sending in ms after t0, taken anew for each attempt, because the receiver
 * corrects the browser's clock by it.
 */
export function encode({id, context, lost, recorded}: Batch, now: number): Beacon {
  const pages = [...new Set(recorded.map(({page}) => page))];
  return {
    v: 1,
    id,
    now: Math.round(now),
    ...context,
    lost,
    pages,
    events: recorded.map(({event, page}) => ({...event, p: pages.indexOf(page) || undefined})),
  };
}
