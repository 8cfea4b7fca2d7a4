import type {Explain, LayoutShiftEntry, Reading, Vital} from './vital.js';

/** A window ends after a quiet second, and after five seconds in any case. */
const WINDOW_GAP_MS = 1_000;
const WINDOW_MAX_MS = 5_000;

/**
 * Adds up layout shifts in windows and keeps the worst window. Pure arithmetic, apart from what
 * explain sees in the entries. https://web.dev/articles/evolving-cls
 */
export function shiftWindows(explain: Explain, worst: Reading) {
  let sum = 0;
  let first = 0;
  let last = 0;
  let largest: LayoutShiftEntry;
  let target: string;

  const add = (entry: LayoutShiftEntry) => {
    const {startTime, value, hadRecentInput, sources} = entry;
    if (hadRecentInput) return;
    const fresh = !sum || startTime - last >= WINDOW_GAP_MS || startTime - first >= WINDOW_MAX_MS;
    if (fresh) [sum, first] = [0, startTime];
    last = startTime;
    sum += value;
    if (fresh || value > largest.value) {
      largest = entry;
      target = explain.element(sources?.find(({node}) => node)?.node);
    }
    if (sum > worst.v) worst = {v: sum, t: largest.startTime, a: explain.cls(largest, target)};
  };
  return {add, worst: () => worst};
}

/** Cumulative Layout Shift: 0 for a page that stood still. */
export const cls: Vital = ({observe, start, restored}, explain) => {
  const windows = shiftWindows(explain, {v: 0, t: start});
  const supported = observe<LayoutShiftEntry>('layout-shift', (entry) => {
    // The buffer also holds what happened before a restore.
    if (!restored || entry.startTime >= start) windows.add(entry);
  });
  return () => (supported ? windows.worst() : undefined);
};
