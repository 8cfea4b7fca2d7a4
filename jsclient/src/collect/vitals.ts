import {CAUSE_NAMES, INP_NAMES, SCRIPT_NAMES} from '../encode.js';
import type {Page, Recorded, VitalEvent, VitalName} from '../events.js';
import {activationStart} from '../navigation-entry.js';
import type {Collector, Recorder} from '../recorder.js';
import {scope, type Stop} from '../scope.js';
import {cls} from '../vitals/cls.js';
import {elements, fully} from '../vitals/explain.js';
import {inp} from '../vitals/inp.js';
import {fcp, lcp, restored} from '../vitals/paint.js';
import {ttfb} from '../vitals/ttfb.js';
import type {Beginning, Explain, Measure, Read, VitalView} from '../vitals/vital.js';
import {watchVisibility} from '../vitals/visibility.js';

type Told = VitalEvent & {time: number};
/** A vital: how it is read, the value that is known and the one that was sent last. */
type Slot = {_name: VitalName; _read?: Read; _known?: Reported; _sent?: Reported};
type Reported = Recorded & {event: Told};

/** Web vitals, with the elements behind them, the parts of LCP and INP, and the script that INP waited for. */
export const vitals: Collector = (recorder) => {
  recorder._hooks._names += CAUSE_NAMES + INP_NAMES + SCRIPT_NAMES;
  collectVitals(recorder, fully);
};

/** The same without what INP waited for: as in /rum.js. */
export const vitalElements: Collector = (recorder) => {
  recorder._hooks._names += CAUSE_NAMES;
  collectVitals(recorder, elements);
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
type ExplainIn = (view: VitalView) => Explain;

const collectVitals = (recorder: Recorder, explainIn: ExplainIn) => {
  const {openPage, _hooks: hooks, listen, onStop, onFlush} = recorder;
  let view = measure(recorder, explainIn, activationStart());

  const measureAnew: Measure = (hooks._measureAnew = (start, beginning) => {
    view._end();
    view = measure(recorder, explainIn, start, beginning, view);
  });
  listen<PageTransitionEvent>(window, 'pageshow', ({persisted, timeStamp}) => {
    if (!persisted) return;
    openPage({type: 'back-forward-cache'}, timeStamp);
    measureAnew(timeStamp, {type: 'back-forward-cache', _loading: restored});
  });
  onStop(() => view._stop());
  onFlush((reason) => (reason == 'sent' ? view._sent() : view._pull()));
};

type Measured = {_load: Page; _nth: number; _pull: () => Recorded[]; _sent: () => void; _end: Stop; _stop: Stop};

/** Measures one page view from its start on; `before` is that of the view before. */
function measure({pageAt, record, _hooks: hooks}: Recorder, explainIn: ExplainIn, start: number, {type, _loading: loading}: Partial<Beginning> = {}, before?: Measured): Measured {
  const load = pageAt(start);
  // A soft navigation need not be another page.
  const nth = load == before?._load ? before._nth + 1 : 0;
  // The buffer holds what happened before.
  const own = (hooks._scopeOf || scope)({buffered: !loading});
  const of: VitalView = {observe: own.observe, _start: start, _later: !!loading, _seen: watchVisibility(own, !!loading)};
  const explain = explainIn(of);
  const [firstByte, first, largest] = loading ? loading(of, explain) : [ttfb, fcp, lcp].map((vital) => vital(of, explain));
  const shifts = cls(of, explain);
  const slots: Slot[] = [
    {_name: 'TTFB', _read: firstByte},
    {_name: 'FCP', _read: first},
    {_name: 'LCP', _read: largest},
    // A page that was never painted was never seen to shift.
    {_name: 'CLS', _read: () => first() && shifts()},
    {_name: 'INP', _read: inp(of, explain)},
  ];

  /** The values that have changed since they were last sent. A value that stays is the same event. */
  const pull = (): Recorded[] => {
    own._take();
    return slots.flatMap((slot) => {
      const {_name: name, _read: read, _sent: sent} = slot;
      const reading = read?.();
      if (reading && reading.value !== slot._known?.event.value) {
        const event: Told = {kind: 'vital', name, ...reading};
        const page = pageAt(reading.time);
        if (page != load || nth) {
          event.id = load.id + (nth ? '.' + nth : '') + '.' + name.toLowerCase();
          event.navigationType = type || load.type;
        }
        if (sent) event.delta = reading.value - sent.event.value;
        slot._known = {event, page};
      }
      return slot._known && slot._known != sent ? slot._known : [];
    });
  };

  return {
    _load: load,
    _nth: nth,
    _pull: pull,
    /** What was pulled is on its way. */
    _sent: () => slots.forEach((slot) => (slot._sent = slot._known)),
    /** Records what there is. */
    _end() {
      for (const {event, page} of pull()) record(event, page);
      own._stop();
    },
    _stop: own._stop,
  };
}
