import type {Recorder} from '../recorder.js';
import {after, type LCPEntry, type Reading} from '../vitals/vital.js';

/** What TypeScript's library does not know yet. https://wicg.github.io/soft-navigations/ */
type SoftNavigationEntry = PerformanceEntry & {interactionId: number; paintTime: number; presentationTime?: number};
type InteractionPaintEntry = PerformanceEntry & {
  interactionId: number;
  largestContentfulPaint: LCPEntry & {renderTime: number};
};

/**
 * Vitals of their own for the route changes that the browser takes for navigations: somebody acted, the
 * address changed, something was painted. By option, as in web-vitals: those of the load then end at the first
 * one, and are no longer to be compared with those from before. Chromium 151.
 */
export function softNavigations({settings, view: open, hooks, observe}: Recorder): void {
  if (!settings.softNavigations) return;
  const report = ({startTime: start, interactionId, paintTime, presentationTime}: SoftNavigationEntry) => {
    open().since = start; // with the click that led to it, not when the address changed
    hooks.measureAnew?.(start, (view, explain) => {
      let largest: Reading | undefined;
      const paint = ({interactionId: of, largestContentfulPaint: entry}: InteractionPaintEntry) => {
        const t = entry.renderTime;
        if (of == interactionId && t < view.firstHidden()) largest = {...after(start, t), ...explain.lcp?.(entry, start)};
      };
      // What was painted before the browser knew that it was a navigation is in the buffer.
      view.observe('interaction-contentful-paint', paint, {buffered: true});
      // web-vitals tells a first byte of 0 here, which means nothing.
      return [undefined, () => after(start, presentationTime || paintTime), () => largest];
    });
  };
  observe('soft-navigation', report, {buffered: false});
}
