import {CAUSE_NAMES, INP_NAMES, SCRIPT_NAMES} from '../encode.js';
import type {Recorded, VitalEvent, VitalName} from '../events.js';
import {activationStart} from '../navigation-entry.js';
import type {Collector, Recorder} from '../recorder.js';
import {scope, type Stop} from '../scope.js';
import {restores} from './restores.js';
import {cls} from '../vitals/cls.js';
import {elements, fully} from '../vitals/explain.js';
import {inp} from '../vitals/inp.js';
import {fcp, lcp} from '../vitals/paint.js';
import {ttfb} from '../vitals/ttfb.js';
import type {Beginning, Explain, Read, VitalView} from '../vitals/vital.js';
import {watchVisibility} from '../vitals/visibility.js';

type Told = VitalEvent & {time: number};
/** The values that are known, or those that were sent last. */
type Reports = {[name in VitalName]?: Recorded & {event: Told}};

/** Web vitals, with the elements behind them, the parts of LCP and INP, and the script that INP waited for. */
export const vitals: Collector = (recorder) => {
  recorder._hooks._names += CAUSE_NAMES + INP_NAMES + SCRIPT_NAMES;
  collectVitals(recorder, fully);
  restores(recorder);
};

/** The same without what INP waited for: as in /rum.js. */
export const vitalElements: Collector = (recorder) => {
  recorder._hooks._names += CAUSE_NAMES;
  collectVitals(recorder, elements);
  restores(recorder);
};

/**
 * Web vitals of the load, the values alone. When the page is left, and they were sent, the receiver counts them: if it comes back,
 * and there is no `restores`, nothing is added.
 */
export const plainVitals: Collector = (recorder) => {
  const stop = collectVitals(recorder, () => ({}));
  recorder.listen(window, 'pagehide', stop);
};

/**
 * Vitals are pulled when a batch is made instead of pushed when the browser finds time. That way
 * no order of listeners and no missing idle period can lose the last value at exit.
 *
 * There is one value of each for a page load, a restore from the back/forward cache or a soft navigation. It is reported
 * with the route on which it occurred, under the id of the page view on which it began.
 */
type ExplainIn = (view: VitalView) => Explain;

const collectVitals = (recorder: Recorder, explainIn: ExplainIn) => {
  const {_hooks: hooks, onStop, onFlush} = recorder;
  let view = measure(recorder, explainIn, activationStart());

  hooks._measureAnew = (start, beginning) => {
    view._end();
    view = measure(recorder, explainIn, start, beginning);
  };
  const stop = () => view._stop();
  onStop(stop);
  onFlush((reason) => (reason == 'sent' ? view._sent() : view._pull()));
  return stop;
};

type Measured = {_pull: () => Recorded[]; _sent: () => void; _end: Stop; _stop: Stop};

/** Measures one page view from its start on; `later` says how it began, if that was not the load. */
function measure({pageAt, record, _hooks: hooks}: Recorder, explainIn: ExplainIn, start: number, later?: Beginning): Measured {
  const load = pageAt(start);
  const id = later?._id || load.id;
  // The buffer holds what happened before.
  const own = (hooks._scopeOf || scope)({buffered: !later});
  const of: VitalView = {observe: own.observe, _start: start, _later: later, _seen: watchVisibility(own, later)};
  const explain = explainIn(of);
  const [firstByte, first, largest] = later?._loading(of, explain) || [ttfb, fcp, lcp].map((vital) => vital(of, explain));
  const shifts = cls(of, explain);
  const reads = {
    TTFB: firstByte,
    FCP: first,
    LCP: largest,
    // A page that was never painted was never seen to shift.
    CLS: () => first() && shifts(),
    INP: inp(of, explain),
  };
  const known: Reports = {};
  const sent: Reports = {};

  /** The values that have changed since they were last sent. A value that stays is the same event. */
  const pull = (): Recorded[] => {
    own._take();
    return (Object.entries(reads) as [VitalName, Read | undefined][]).flatMap(([name, read]) => {
      const reading = read?.();
      const last = sent[name];
      if (reading && reading.value !== known[name]?.event.value) {
        const event: Told = {kind: 'vital', name, ...reading};
        const page = pageAt(reading.time);
        if (page != load || id != load.id) {
          event.id = id + '.' + name.toLowerCase();
          event.navigationType = later?.type || load.type;
        }
        if (last) event.delta = reading.value - last.event.value;
        known[name] = {event, page};
      }
      return known[name] != last ? known[name]! : [];
    });
  };

  return {
    _pull: pull,
    /** What was pulled is on its way. */
    _sent() {
      Object.assign(sent, known);
    },
    /** Records what there is. */
    _end() {
      for (const {event, page} of pull()) record(event, page);
      own._stop();
    },
    _stop: own._stop,
  };
}
