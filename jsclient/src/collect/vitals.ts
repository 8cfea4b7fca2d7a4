import {activationStart} from '../navigation-entry.js';
import type {Collector} from '../recorder.js';
import {scope} from '../scope.js';
import {cls} from '../vitals/cls.js';
import {briefly, fully} from '../vitals/explain.js';
import {inp} from '../vitals/inp.js';
import {lcp} from '../vitals/lcp.js';
import {fcp, restoredPaint} from '../vitals/paint.js';
import {ttfb} from '../vitals/ttfb.js';
import type {Explain, Read, VitalView} from '../vitals/vital.js';
import {watchVisibility} from '../vitals/visibility.js';
import type {Recorded, RUMEvent, VitalName} from '../wire.js';

/** Web vitals, with the elements and the parts of the time behind them. */
export const vitals: Collector = (recorder) => collectVitals(recorder, fully);

/** Web vitals, the values alone. */
export const plainVitals: Collector = (recorder) => collectVitals(recorder, briefly);

/**
 * Vitals are pulled when a batch is made instead of pushed when the browser finds time. That way
 * no order of listeners and no missing idle period can lose the last value at exit.
 *
 * They belong to the page load or the restore from the back/forward cache, whatever route is open.
 */
const collectVitals = ({page, openPage, listen, onStop, onFlush}: Parameters<Collector>[0], explain: Explain) => {
  let view = measure();

  function measure(restoredAt?: number) {
    const {listen, observe, take, stop} = scope();
    const restored = restoredAt != undefined;
    const start = restoredAt ?? activationStart();
    const of: VitalView = {observe, start, restored, firstHidden: watchVisibility({listen}, restored)};
    const first = restored ? restoredPaint(start) : fcp(of, explain);
    const shifts = cls(of, explain);
    const reads: [VitalName, Read][] = [
      ['TTFB', ttfb(of, explain)],
      ['FCP', first],
      ['LCP', restored ? first : lcp(of, explain)],
      // A page that was never painted was never seen to shift.
      ['CLS', () => first() && shifts()],
      ['INP', inp(of, explain)],
    ];
    return {page: page(), reads, take, stop, reported: {} as Partial<Record<VitalName, number>>};
  }

  listen<PageTransitionEvent>(window, 'pageshow', ({persisted, timeStamp}) => {
    if (!persisted) return;
    view.stop();
    openPage({type: 'back-forward-cache'});
    view = measure(timeStamp);
  });
  onStop(() => view.stop());
  onFlush((reason) => {
    const {page, reads, reported, take} = view;
    const changed: Recorded[] = [];
    take();
    for (const [n, read] of reads) {
      const reading = read();
      if (!reading || reading.v === reported[n]) continue;
      const event: RUMEvent = {k: 'vital', n, ...reading};
      if (n in reported) event.d = reading.v - reported[n]!;
      changed.push({page, event});
      if (reason != 'peek') reported[n] = reading.v;
    }
    return changed;
  });
};
