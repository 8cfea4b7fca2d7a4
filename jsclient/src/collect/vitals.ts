import {CAUSE_NAMES, INP_NAMES, SCRIPT_NAMES} from '../encode.js';
import {activationStart} from '../navigation-entry.js';
import type {Collector, Recorder} from '../recorder.js';
import {scope} from '../scope.js';
import {restores} from './restores.js';
import {cls} from '../vitals/cls.js';
import {elements, fully} from '../vitals/explain.js';
import {inp} from '../vitals/inp.js';
import {measure} from '../vitals/measure.js';
import {paint} from '../vitals/paint.js';
import {ttfb} from '../vitals/ttfb.js';
import type {ExplainIn} from '../vitals/vital.js';
import {watchVisibility} from '../vitals/visibility.js';

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
  collectVitals(recorder, () => ({}));
  recorder.listen(window, 'pagehide', () => recorder._hooks._measured!._stop());
};

/**
 * Vitals are pulled when a batch is made instead of pushed when the browser finds time. That way
 * no order of listeners and no missing idle period can lose the last value at exit.
 *
 * There is one value of each for a page load, a restore from the back/forward cache or a soft navigation.
 */
const collectVitals = (recorder: Recorder, explainIn: ExplainIn) => {
  const {_hooks: hooks} = recorder;
  if (hooks._measured) return; // by another of these collectors: the first of a list counts
  const own = (hooks._scopeOf || scope)();
  const view = {...own, _start: activationStart(), _seen: watchVisibility(own), _explain: explainIn(own)};
  hooks._explainIn = explainIn;
  hooks._measured = measure(recorder, view, {
    TTFB: ttfb(view),
    FCP: paint(view, 'paint'),
    LCP: paint(view, 'largest-contentful-paint', view._explain._lcp),
    CLS: cls(view),
    INP: inp(view),
  });
  recorder.onStop(() => hooks._measured!._stop());
  recorder.onFlush((reason) => (reason == 'sent' ? hooks._measured!._sent() : hooks._measured!._pull()));
};
