import type {Read, Reading, Vital, VitalView} from './vital.js';

/** First Contentful Paint of a page that was visible then. https://web.dev/articles/fcp */
export const fcp: Vital = ({observe, start, firstHidden}) => {
  let first: Reading | undefined;
  observe('paint', ({name, startTime: t}) => {
    if (name == 'first-contentful-paint' && t < firstHidden()) first = {v: Math.max(t - start, 0), t};
  });
  return () => first;
};

/**
 * First and largest paint of a page that came back from the back/forward cache: it is painted as a
 * whole, two frames after the restore.
 */
export function restoredPaint({start}: VitalView): [first: Read, largest: Read] {
  let painted: Reading | undefined;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const t = performance.now();
      painted = {v: t - start, t};
    }),
  );
  const read = () => painted;
  return [read, read];
}
