import {DEFAULT_BUDGETS} from '../budget.js';
import {BUDGET_NAMES} from '../encode.js';
import type {Page, VitalEvent} from '../events.js';
import type {Recorder} from '../recorder.js';

/** Checks vitals against budgets as they are reported, if the page wants it. */
export function budgets({settings, record, onRecord, _hooks: hooks}: Recorder): void {
  if (!settings.budgets) return;
  hooks._names += BUDGET_NAMES;
  const limits: Record<string, number> = {...DEFAULT_BUDGETS, ...(settings.budgets as object)};
  const reported = new Set<string>();
  onRecord((what, page) => {
    const {kind, name, value, delta, time} = what as VitalEvent & {time: number};
    const limit = limits[name];
    const of = (page as Page).id + name;
    // It was not above the limit in the earlier report, nor in a value that was looked at before it was sent.
    if (kind != 'vital' || !(value > limit) || value - delta! > limit || reported.has(of)) return;
    reported.add(of);
    record({kind: 'budget', time, name, value, limit}, page as Page);
  });
}
