import {getRUM} from './rum.js';

/** Default budgets: the limits up to which web.dev calls a vital good. ms; CLS: score. */
export const DEFAULT_BUDGETS: Record<string, number> = {
  LCP: 2500,
  INP: 200,
  FID: 100,
  CLS: 0.1,
  TTFB: 800,
  FCP: 1800,
};

/**
 * Compares a value with a budget, by default that of the vital of this name. Past it, a budget
 * event is recorded and the console warned. Returns whether the value is within.
 */
export function checkPerformanceBudget(metric: string, value: number, budget = DEFAULT_BUDGETS[metric]): boolean {
  if (!(value > budget)) return true; // also where there is none
  const exceeded_by = value - budget;
  console.warn(`[rum] ${metric} ${value} exceeds budget ${budget}`);
  getRUM()?.recordCustomMetric?.('budget_exceeded', 1, {metric, value, budget, exceeded_by});
  return false;
}
