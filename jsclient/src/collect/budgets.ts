import {DEFAULT_BUDGETS} from '../budget.js';
import type {Recorder} from '../recorder.js';
import type {Page, Vital} from '../wire.js';

/** Checks vitals against budgets as they are reported, if the page wants it. */
export function budgets({settings, record, onRecord}: Recorder): void {
  if (!settings.budgets) return;
  const limits: Record<string, number> = {...DEFAULT_BUDGETS, ...(settings.budgets as object)};
  const exceeded = new Set<string>();
  onRecord((what, page) => {
    const {k, n, v, t} = what as Vital & {t: number};
    if (k != 'vital' || !(v > limits[n])) return;
    const measurement = (page as Page).id + n;
    if (exceeded.has(measurement)) return;
    exceeded.add(measurement);
    record({k: 'budget', t, n, v, b: limits[n]}, page as Page);
  });
}
