import {activationStart} from '../navigation-entry.js';
import type {Collector, FlushReason, Recorder} from '../recorder.js';
import {scope} from '../scope.js';
import {cls} from '../vitals/cls.js';
import {fully} from '../vitals/explain.js';
import {inp} from '../vitals/inp.js';
import {fcp, lcp, restored} from '../vitals/paint.js';
import {ttfb} from '../vitals/ttfb.js';
import type {Explain, Measure, Read} from '../vitals/vital.js';
import {watchVisibility} from '../vitals/visibility.js';
import type {Recorded, RUMEvent, VitalName} from '../wire.js';

/** Web vitals, with the elements and the parts of the time behind them. */
export const vitals: Collector = (recorder) => collectVitals(recorder, fully);

/** Web vitals, the values alone. */
export const plainVitals: Collector = (recorder) => collectVitals(recorder, {});

/**
 * Vitals are pulled when a batch is made instead of pushed when the browser finds time. That way
 * no order of listeners and no missing idle period can lose the last value at exit.
 *
 * There is one value of each for a page load or a restore from the back/forward cache. It is told
 * of the route on which it came about, under the id of the load.
 */
const collectVitals = ({pageAt, openPage, record, hooks, listen, onStop, onFlush}: Recorder, explain: Explain) => {
  const begin = (...[start, loading]: Parameters<Measure>) => {
    const later = !!loading;
    // The buffer holds what happened before.
    const {listen, observe, take, stop} = scope({buffered: !later});
    const of = {observe, start, later, firstHidden: watchVisibility({listen}, later)};
    const [firstByte, first, largest] = loading ? loading(of, explain) : [ttfb, fcp, lcp].map((vital) => vital(of, explain));
    const shifts = cls(of, explain);
    const reads: [VitalName, Read | undefined][] = [
      ['TTFB', firstByte],
      ['FCP', first],
      ['LCP', largest],
      // A page that was never painted was never seen to shift.
      ['CLS', () => first() && shifts()],
      ['INP', inp(of, explain)],
    ];
    return {load: pageAt(start), reads, take, stop, reported: {} as Partial<Record<VitalName, number>>};
  };
  let view = begin(activationStart());

  /** The values that have changed since they were last told. */
  const pull = (reason?: FlushReason): Recorded[] => {
    const {load, reads, reported, take} = view;
    const changed: Recorded[] = [];
    take();
    for (const [n, read] of reads) {
      const reading = read?.();
      if (!reading || reading.v === reported[n]) continue;
      const event: RUMEvent = {k: 'vital', n, ...reading};
      const page = pageAt(reading.t);
      if (page != load) Object.assign(event, {id: load.id + '.' + n.toLowerCase(), nt: load.type});
      if (n in reported) event.d = reading.v - reported[n]!;
      changed.push({page, event});
      if (reason == 'sent') reported[n] = reading.v;
    }
    return changed;
  };

  const measureAnew: Measure = (hooks.measureAnew = (...next) => {
    for (const {event, page} of pull()) record(event, page);
    view.stop();
    view = begin(...next);
  });
  listen<PageTransitionEvent>(window, 'pageshow', ({persisted, timeStamp}) => {
    if (!persisted) return;
    openPage({type: 'back-forward-cache'}, timeStamp);
    measureAnew(timeStamp, restored);
  });
  onStop(() => view.stop());
  onFlush(pull);
};
