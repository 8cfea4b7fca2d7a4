import type {Page} from '../events.js';
import type {Hooks, Recorder} from '../recorder.js';
import {safely, scope, type Stop} from '../scope.js';
import {measureAnew} from '../vitals/measure-anew.js';
import {after, type LCPEntry, type Loading, type Reading, type VitalView} from '../vitals/vital.js';

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
 * one, and are no longer to be compared with those from before. In the list of collectors before `vitals`. Chromium 151.
 */
export function softNavigations(recorder: Recorder): void {
  const {settings, view: open, pageAt, _load: load, observe} = recorder;
  if (!settings.softNavigations) return;
  const between = bounds(recorder._hooks);
  const counts = new WeakMap<Page, number>();

  const begin = (entry: SoftNavigationEntry) => {
    const {startTime} = entry;
    const view = open();
    // It began with the click that led to it, not when the address changed. A change of the hash alone, or to
    // the route that is open already, opens no view, and moves none.
    if (view.since > startTime) view.since = startTime;
    // It need not be another page: that of the load, of a restore or of the soft navigation before has vitals already.
    const page = pageAt(startTime);
    const nth = counts.get(page) ?? +(page == load || page.type == 'back-forward-cache');
    counts.set(page, nth + 1);
    const id = page.id + (nth ? '.' + nth : '');
    measureAnew(recorder, startTime, (view) => loading(entry, view), {id, type: 'soft-navigation'});
  };
  // Entries from before this script are read, not observed: they separate the other buffered entries. As soon as `vitals`
  // has begun, and before any observer is called.
  const early = performance.getEntriesByType('soft-navigation') as SoftNavigationEntry[];
  queueMicrotask(() => early.forEach((entry) => between(entry, () => begin(entry))));
  observe('soft-navigation', begin, {buffered: false});
}

/**
 * Keeps apart what the browser has kept of the views from before this script. The function returned ends the view that is open
 * with an entry and begins the next: what ended until then is of the view before.
 */
function bounds(hooks: Hooks) {
  let open = {after: -1, until: Infinity};
  let after = -1;
  hooks._scopeOf = (observing) => {
    const own = scope(after < 0 ? observing : {buffered: true});
    const of = (open = {after, until: Infinity});
    const observe: typeof own.observe = (type, onEntry, options) =>
      own.observe<Parameters<typeof onEntry>[0]>(
        type,
        (entry) => {
          const end = entry.startTime + entry.duration;
          if (end > of.after && end <= of.until) onEntry(entry);
        },
        options,
      );
    return {...own, observe};
  };
  return ({startTime, duration}: PerformanceEntry, begin: Stop) => {
    open.until = after = startTime + duration;
    safely(begin);
    after = -1;
  };
}

function loading(entry: SoftNavigationEntry, {observe, _seen: seen, _explain: explain}: VitalView): Loading {
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
  return {FCP: () => after(start, presentationTime || paintTime), LCP: () => largest};
}
