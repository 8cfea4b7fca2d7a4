import {ofDocument} from '../dom.js';
import type {Page} from '../events.js';
import type {Recorder} from '../recorder.js';
import {inTask, scope} from '../scope.js';
import {cls} from './cls.js';
import {inp, interactionCount} from './inp.js';
import {measure} from './measure.js';
import {watchVisibility} from './visibility.js';
import type {Loading, VitalView} from './vital.js';

/**
 * Ends the measurements of the page view before and begins those of one that is not loaded as a document is: after a restore, or a
 * soft navigation. `as` is its id and type, if they are not those of the page on which it begins.
 */
export function measureAnew(recorder: Recorder, start: number, loadingOf: (view: VitalView) => Loading, as?: Pick<Page, 'id' | 'type'>): void {
  const {record, _hooks: hooks} = recorder;
  if (!hooks._measured) return; // no vitals
  for (const {event, page} of hooks._measured._pull()) record(event, page);
  hooks._measured._stop();
  // The buffer holds what happened before.
  const own = (hooks._scopeOf || scope)({buffered: false});
  const seen = watchVisibility(own, Infinity);
  // After a restore the state turns visible only some time later, in a task of its own.
  // https://bugs.chromium.org/p/chromium/issues/detail?id=1133363
  let hidden = false;
  inTask(() => {
    hidden = ofDocument('hidden');
  });
  const view = {...own, _start: start, _seen: (time: number) => !hidden && seen(time), _explain: hooks._explainIn!(own)};
  const before = interactionCount();
  const longest = inp(view, before);
  const readers = {
    ...loadingOf(view),
    CLS: cls(view),
    // Of interactions that were all too short to be delivered it is known that there were some.
    INP: () => longest() || (interactionCount() > before ? {value: 8, time: start} : undefined),
  };
  hooks._measured = measure(recorder, view, readers, as);
}
