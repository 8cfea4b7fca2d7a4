import {DEFAULT_BUDGETS} from '../budget.js';
import type {Recorder} from '../recorder.js';
import type {Page, Vital} from '../wire.js';

/** Checks vitals against budgets as they are reported, if the page wants it. */
export function budgets({settings, record, onRecord}: Recorder): void {
  if (!settings.budgets) return;
  const limits: Record<string, number> = {...DEFAULT_BUDGETS, ...(settings.budgets as object)};
  onRecord((what, page) => {
    const {k, n, v, d, t} = what as Vital & {t: number};
    const limit = limits[n];
    // It was not above already when it was told before.
    if (k == 'vital' && v > limit && !(v - d! > limit)) record({k: 'budget', t, n, v, b: limit}, page as Page);
  });
}
