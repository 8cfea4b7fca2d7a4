import {observe} from '../observe.js';
import type {VitalContext, VitalSource} from './vital.js';

/** First Contentful Paint of a page that was visible then. https://web.dev/articles/fcp */
export function fcp({activation, firstHidden}: VitalContext): VitalSource | undefined {
  let time: number | undefined;
  const paints = observe(['paint'], ({name, startTime}) => {
    if (name == 'first-contentful-paint' && startTime < firstHidden()) time = startTime;
  });
  return (
    paints && {
      read: () => {
        paints.take();
        return time == undefined ? time : {v: Math.max(time - activation, 0), t: time};
      },
      stop: paints.stop,
    }
  );
}

/**
 * First and largest paint of a page that came back from the back/forward cache: it is painted as a
 * whole, two frames after the event says so.
 */
export function restoredPaint(restoredAt: number): VitalSource {
  let v: number | undefined;
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => (v = performance.now() - restoredAt));
  });
  return {
    read: () => (v == undefined ? v : {v, t: restoredAt + v}),
    stop: () => cancelAnimationFrame(frame),
  };
}
