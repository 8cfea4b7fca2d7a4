import type {Read, Vital} from './vital.js';

/** First Contentful Paint of a page that was visible then. https://web.dev/articles/fcp */
export const fcp: Vital = ({observe, start, firstHidden}) => {
  let t: number | undefined;
  observe('paint', ({name, startTime}) => {
    if (name == 'first-contentful-paint' && startTime < firstHidden()) t = startTime;
  });
  return () => (t == undefined ? t : {v: Math.max(t - start, 0), t});
};

/**
 * First and largest paint of a page that came back from the back/forward cache: it is painted as a
 * whole, two frames after the restore.
 */
export function restoredPaint(start: number): Read {
  let v: number | undefined;
  requestAnimationFrame(() => requestAnimationFrame(() => (v = performance.now() - start)));
  return () => (v == undefined ? v : {v, t: start + v});
}
