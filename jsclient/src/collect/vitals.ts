import {CAUSE_NAMES, SCRIPT_NAMES} from '../encode.js';
import type {Page, Recorded, VitalEvent, VitalName} from '../events.js';
import {activationStart} from '../navigation-entry.js';
import type {Collector, FlushReason, Recorder} from '../recorder.js';
import {scope} from '../scope.js';
import {cls} from '../vitals/cls.js';
import {fully} from '../vitals/explain.js';
import {inp} from '../vitals/inp.js';
import {fcp, lcp, restored} from '../vitals/paint.js';
import {ttfb} from '../vitals/ttfb.js';
import type {Beginning, Explain, Measure, Read, VitalView} from '../vitals/vital.js';
import {watchVisibility} from '../vitals/visibility.js';

type Told = VitalEvent & {time: number};
type Reported = Partial<Record<VitalName, {event: Told; page: Page}>>;

/** Web vitals, with the elements and the parts of the time behind them. */
export const vitals: Collector = (recorder) => {
  recorder._hooks._names += CAUSE_NAMES + SCRIPT_NAMES;
  collectVitals(recorder, fully);
};

/** Web vitals, the values alone. */
export const plainVitals: Collector = (recorder) => collectVitals(recorder, () => ({}));

/**
 * Vitals are pulled when a batch is made instead of pushed when the browser finds time. That way
 * no order of listeners and no missing idle period can lose the last value at exit.
 *
 * There is one value of each for a page load, a restore from the back/forward cache or a soft navigation. It is reported
 * with the route on which it occurred, under the id of the page view on which it began.
 */
const collectVitals = ({pageAt, openPage, record, _hooks: hooks, listen, onStop, onFlush}: Recorder, explainIn: (view: VitalView) => Explain) => {
  const begin = (start: number, {type, _loading: loading, _after: after = -1}: Partial<Beginning> = {}) => {
    const later = !!loading;
    const load = pageAt(start);
    // A soft navigation need not be another page.
    const nth: number = later && load == view._load ? view._nth + 1 : 0;
    let until = Infinity;
    // The buffer holds what happened before.
    const own = scope({buffered: !later || after > 0}, ({startTime, duration}) => {
      const end = startTime + duration;
      return end > after && end <= until;
    });
    const of: VitalView = {observe: own.observe, _start: start, _later: later, _seen: watchVisibility(own, later)};
    const explain = explainIn(of);
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
    let sent: Reported = {};
    const known: Reported = {};

    /** The values that have changed since they were last sent. A value that stays is the same event. */
    const pull = (reason?: FlushReason): Recorded[] => {
      if (reason == 'sent') {
        sent = {...known};
        return [];
      }
      own._take();
      for (const [name, read] of reads) {
        const reading = read?.();
        const before = sent[name]?.event;
        if (!reading || reading.value === known[name]?.event.value) continue;
        const event: Told = {kind: 'vital', name, ...reading};
        const page = pageAt(reading.time);
        if (page != load || nth) {
          event.id = load.id + (nth ? '.' + nth : '') + '.' + name.toLowerCase();
          event.navigationType = type || load.type;
        }
        if (before) event.delta = reading.value - before.value;
        known[name] = {event, page};
      }
      return Object.values(known).filter((recorded) => recorded != sent[recorded.event.name]);
    };

    /** Records what there is, of which nothing is to be that ended after a time. */
    const end = (time = Infinity) => {
      until = time;
      for (const {event, page} of pull()) record(event, page);
      own._stop();
    };
    return {_load: load, _nth: nth, _pull: pull, _end: end, _stop: own._stop};
  };
  let view = begin(activationStart());

  const measureAnew: Measure = (hooks._measureAnew = (start, beginning) => {
    view._end(beginning._after);
    view = begin(start, beginning);
  });
  listen<PageTransitionEvent>(window, 'pageshow', ({persisted, timeStamp}) => {
    if (!persisted) return;
    openPage({type: 'back-forward-cache'}, timeStamp);
    measureAnew(timeStamp, {type: 'back-forward-cache', _loading: restored});
  });
  onStop(() => view._stop());
  onFlush((reason) => view._pull(reason));
};
