import {navigationEntry} from '../navigation-entry.js';
import type {Recorder} from '../recorder.js';
import {later} from '../vitals/later.js';
import {after, type Loading, type Reading, type VitalView} from '../vitals/vital.js';

/** Restores from the back/forward cache are page views, with vitals of their own. */
export function restores({listen, openPage, _hooks: hooks}: Recorder): void {
  listen<PageTransitionEvent>(window, 'pageshow', ({persisted, timeStamp}) => {
    if (!persisted) return;
    const type = 'back-forward-cache';
    openPage({type}, timeStamp);
    hooks._measureAnew?.(timeStamp, {type, ...later(timeStamp), _loading: restored});
  });
}

/**
 * Loading vitals of a page that came back from the back/forward cache: it waited for no byte, and is
 * painted as a whole, two frames after the restore. A browser that could not tell when the first byte of the
 * load came is asked for no other, as in web-vitals.
 */
function restored({_start: start}: VitalView): Loading {
  let painted: Reading | undefined;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      painted = after(start, performance.now());
    }),
  );
  const read = () => painted;
  const firstByte = navigationEntry() && (() => after(start, start));
  return [firstByte, read, (globalThis as {LargestContentfulPaint?: object}).LargestContentfulPaint && read];
}
