import {listen, stopAll} from '../listen.js';
import {activationStart} from '../navigation-entry.js';
import type {FlushReason, Recorder} from '../recorder.js';
import type {Page, Recorded, VitalName} from '../wire.js';
import {cls} from '../vitals/cls.js';
import {inp} from '../vitals/inp.js';
import {lcp} from '../vitals/lcp.js';
import {fcp, restoredPaint} from '../vitals/paint.js';
import {ttfb} from '../vitals/ttfb.js';
import {watchVisibility} from '../vitals/visibility.js';
import type {VitalContext, VitalSource} from '../vitals/vital.js';

/** The vitals of one page view and what was last reported of each. */
type Measured = {page: Page; sources: [VitalName, VitalSource | undefined][]; reported: Partial<Record<VitalName, number>>};

/**
 * Web vitals, pulled when a batch is made instead of pushed when the browser finds time. That way
 * no order of listeners and no missing idle period can lose the last value at exit.
 *
 * They belong to the page load or the restore from the back/forward cache, whatever route is open.
 */
export function vitals(recorder: Recorder) {
  const visibility = watchVisibility();
  let current = measure(recorder.page());

  function measure(page: Page, restoredAt?: number): Measured {
    const restored = restoredAt != undefined;
    const paint = restored ? restoredPaint(restoredAt) : undefined;
    const context: VitalContext = {
      activation: restoredAt ?? activationStart(),
      firstHidden: visibility.firstHidden,
      painted: () => !!first?.read(),
      restored,
    };
    const first = paint || fcp(context);
    return {
      page,
      reported: {},
      sources: [
        ['TTFB', restored ? {read: () => ({v: 0, t: restoredAt}), stop() {}} : ttfb(context)],
        ['FCP', first],
        ['LCP', paint || lcp(context)],
        ['CLS', cls(context)],
        ['INP', inp(context)],
      ],
    };
  }

  const stopMeasuring = () => stopAll(current.sources.map(([, source]) => source?.stop))();

  recorder.onFlush((reason) => readChanged(current, reason));
  return stopAll([
    listen<PageTransitionEvent>(window, 'pageshow', (event) => {
      if (!event.persisted) return;
      stopMeasuring();
      visibility.restart();
      recorder.openPage({type: 'back-forward-cache'});
      current = measure(recorder.page(), event.timeStamp);
    }),
    visibility.stop,
    () => stopMeasuring(),
  ]);
}

/** Events for the vitals whose value changed since they were last reported. */
function readChanged({page, sources, reported}: Measured, reason: FlushReason): Recorded[] {
  const changed: Recorded[] = [];
  for (const [n, source] of sources) {
    const reading = source?.read();
    const before = reported[n];
    if (!reading || reading.v === before) continue;
    changed.push({page, event: {k: 'vital', n, ...reading, ...(before == undefined ? {} : {d: reading.v - before})}});
    if (reason != 'peek') reported[n] = reading.v;
  }
  return changed;
}
