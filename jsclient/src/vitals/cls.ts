import {observe} from '../observe.js';
import type {Attributes} from '../wire.js';
import {selectorOf} from './selector.js';
import type {Reading, VitalContext, VitalSource} from './vital.js';

/** What TypeScript's library does not know yet. https://wicg.github.io/layout-instability/ */
export type LayoutShiftEntry = PerformanceEntry & {
  value: number;
  hadRecentInput: boolean;
  sources?: {node?: Node | null}[];
};

/** A window ends after a quiet second, and after five seconds in any case. */
const WINDOW_GAP_MS = 1_000;
const WINDOW_MAX_MS = 5_000;

/**
 * Adds up layout shifts in windows and keeps the worst window. Pure arithmetic, apart from naming
 * the element that moved most. https://web.dev/articles/evolving-cls
 */
export function shiftWindows() {
  let sum = 0;
  let first = 0;
  let last = 0;
  let largest: LayoutShiftEntry | undefined;
  let largestTarget = '';
  let worst: Reading = {v: 0, t: 0};

  const add = (entry: LayoutShiftEntry) => {
    if (entry.hadRecentInput) return;
    const {startTime, value} = entry;
    if (!sum || startTime - last >= WINDOW_GAP_MS || startTime - first >= WINDOW_MAX_MS) {
      sum = 0;
      first = startTime;
      largest = undefined;
    }
    last = startTime;
    sum += value;
    if (!largest || value > largest.value) {
      largest = entry;
      largestTarget = selectorOf(entry.sources?.find(({node}) => node)?.node);
    }
    if (sum > worst.v) worst = {v: sum, t: largest.startTime, a: attribution(largest, largestTarget)};
  };
  return {add, worst: () => worst};
}

function attribution({value, startTime}: LayoutShiftEntry, target: string): Attributes {
  return {target, largest_shift_value: Math.round(value * 1e4) / 1e4, largest_shift_time: Math.round(startTime)};
}

/** Cumulative Layout Shift: 0 for a page that was painted and stood still. */
export function cls({activation, painted, restored}: VitalContext): VitalSource | undefined {
  const windows = shiftWindows();
  const since = restored ? performance.now() : 0;
  const shifts = observe<LayoutShiftEntry>(['layout-shift'], (entry) => {
    // The buffer also holds what happened before a restore.
    if (entry.startTime >= since) windows.add(entry);
  });
  return (
    shifts && {
      read: () => {
        shifts.take();
        if (!painted()) return;
        const worst = windows.worst();
        return {...worst, t: worst.t || since || activation};
      },
      stop: shifts.stop,
    }
  );
}
