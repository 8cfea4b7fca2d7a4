import type {Cause} from '../events.js';
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
    const {startTime: time, value} = entry;
    if (entry.hadRecentInput) return;
    if (!sum || time - last >= WINDOW_GAP_MS || time - first >= WINDOW_MAX_MS) {
      sum = 0;
      first = time;
      why = undefined;
    }
    last = time;
    sum += value;
    why = explain._cls?.(entry, why);
    if (sum > worst.value) worst = {value: sum, time, ...why};
  };
  return {add, _worst: () => worst};
}

/** Cumulative Layout Shift: 0 for a page that stood still. */
export const cls: Vital = ({observe, _start: start, _explain: explain}) => {
  const windows = shiftWindows(explain, {value: 0, time: start});
  const supported = observe<LayoutShiftEntry>('layout-shift', windows.add);
  return () => supported && windows._worst();
};
