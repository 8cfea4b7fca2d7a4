import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {after, type LCPEntry, type Loading, type Reading, type VitalView, type Explain} from '../vitals/vital.js';

/** What TypeScript's library does not know yet. https://wicg.github.io/soft-navigations/ */
type SoftNavigationEntry = PerformanceEntry & {
  interactionId: number;
  paintTime: number;
  presentationTime?: number;
  getLargestInteractionContentfulPaint?: () => InteractionPaintEntry | null;
};
type InteractionPaintEntry = PerformanceEntry & {
  interactionId: number;
  largestContentfulPaint: LCPEntry & {renderTime: number};
};

/**
 * Vitals of their own for the route changes that the browser takes for navigations: somebody acted, the
 * address changed, something was painted. By option, as in web-vitals: those of the load then end at the first
 * one, and are no longer to be compared with those from before. Chromium 151.
 */
export function softNavigations({settings, view: open, _hooks: hooks, observe}: Recorder): void {
  if (!settings.softNavigations) return;

  const begin = (entry: SoftNavigationEntry, early?: true) => {
    const {startTime, duration} = entry;
    const view = open();
    // It began with the click that led to it, not when the address changed. A change of the hash alone, or to
    // the route that is open already, opens no view, and moves none.
    if (view.since > startTime) view.since = startTime;
    hooks._measureAnew?.(startTime, {
      type: 'soft-navigation',
      _loading: (view, explain) => loading(entry, view, explain),
      _after: early && startTime + duration,
    });
  };
  // Entries from before this script are read, not observed: they separate the other buffered entries.
  for (const entry of performance.getEntriesByType('soft-navigation')) begin(entry as SoftNavigationEntry, true);
  observe('soft-navigation', begin, {buffered: false});
}

function loading(entry: SoftNavigationEntry, {observe, _seen: seen}: VitalView, explain: Explain): Loading {
  const {startTime: start, interactionId, paintTime, presentationTime} = entry;
  let largest: Reading | undefined;
  const paint = ({interactionId: of, largestContentfulPaint: painted}: InteractionPaintEntry) => {
    const {renderTime} = painted;
    if (of == interactionId && seen(renderTime)) largest = {...after(start, renderTime), ...explain._lcp?.(painted, start)};
  };
  // What was painted before the browser knew that it was a navigation, and what comes after.
  safely(() => paint(entry.getLargestInteractionContentfulPaint!()!));
  observe('interaction-contentful-paint', paint);
  // web-vitals reports a first byte of 0 here, which means nothing.
  return [undefined, () => after(start, presentationTime || paintTime), () => largest];
}
