import type {Cause} from '../wire.js';
import type {Explain, LayoutShiftEntry, Reading, Vital} from './vital.js';

/** A window ends after a quiet second, and after five seconds in any case. */
const WINDOW_GAP_MS = 1_000;
const WINDOW_MAX_MS = 5_000;

/** Adds up layout shifts in windows and keeps the worst window. Pure. https://web.dev/articles/evolving-cls */
export function shiftWindows(explain: Explain, worst: Reading) {
  let sum = 0;
  let first = 0;
  let last = 0;
  let why: Cause | undefined;

  const add = (entry: LayoutShiftEntry) => {
    const {startTime: t, value} = entry;
    if (entry.hadRecentInput) return;
    if (!sum || t - last >= WINDOW_GAP_MS || t - first >= WINDOW_MAX_MS) {
      sum = 0;
      first = t;
      why = undefined;
    }
    last = t;
    sum += value;
    why = explain.cls?.(entry, why);
    if (sum > worst.v) worst = {v: sum, t, ...why};
  };
  return {add, worst: () => worst};
}

/** Cumulative Layout Shift: 0 for a page that stood still. */
export const cls: Vital = ({observe, start}, explain) => {
  const windows = shiftWindows(explain, {v: 0, t: start});
  const supported = observe<LayoutShiftEntry>('layout-shift', windows.add);
  return () => (supported ? windows.worst() : undefined);
};
