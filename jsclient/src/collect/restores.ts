import {navigationEntry} from '../navigation-entry.js';
import type {Recorder} from '../recorder.js';
import {measureAnew} from '../vitals/measure-anew.js';
import {after, type Loading, type Reading, type VitalView} from '../vitals/vital.js';

/** Restores from the back/forward cache are page views, with vitals of their own. */
export function restores(recorder: Recorder): void {
  const {listen, openPage} = recorder;
  listen<PageTransitionEvent>(window, 'pageshow', ({persisted, timeStamp}) => {
    if (!persisted) return;
    openPage({type: 'back-forward-cache'}, timeStamp);
    measureAnew(recorder, timeStamp, restored);
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
  return {TTFB: firstByte, FCP: read, LCP: (globalThis as {LargestContentfulPaint?: object}).LargestContentfulPaint && read};
}
