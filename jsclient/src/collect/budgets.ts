import {DEFAULT_BUDGETS} from '../budget.js';
import type {Page, VitalEvent} from '../events.js';
import type {Recorder} from '../recorder.js';

/** Checks vitals against budgets as they are reported, if the page wants it. */
export function budgets({settings, record, onRecord}: Recorder): void {
  if (!settings.budgets) return;
  const limits: Record<string, number> = {...DEFAULT_BUDGETS, ...(settings.budgets as object)};
  onRecord((what, page) => {
    const {kind, name, value, delta, time} = what as VitalEvent & {time: number};
    const limit = limits[name];
    // It was not above the limit in the earlier report.
    if (kind == 'vital' && value > limit && !(value - delta! > limit)) record({kind: 'budget', time, name, value, limit}, page as Page);
  });
}
