import type {Recorder} from '../recorder.js';

/** Where it is written how many events were lost with pages that were left offline. */
const KEY = 'otelcol-rum-lost';

/** Has the next page of the origin report what was lost with one that was left offline. */
export function offlineLoss({lose, onFlush, onRecord, listen}: Recorder): void {
  let isRead = false;
  const take = () => {
    const count = Number(localStorage.getItem(KEY));
    localStorage.removeItem(KEY);
    return count > 0 ? count : 0;
  };
  onFlush(() => {
    if (isRead) return;
    const count = take();
    if (count) lose('offline', count);
    isRead = true;
  });
  onRecord((what, reason, count) => {
    if (isRead && what == 'lost' && reason == 'offline') localStorage.setItem(KEY, String(take() + (count as number)));
  });
  // The page continues, and reports it itself.
  listen<PageTransitionEvent>(window, 'pageshow', ({persisted}) => {
    if (persisted) take();
  });
}
