import {ofDocument} from '../dom.js';
import {navigationEntry} from '../navigation-entry.js';
import {NAVIGATION_NAMES} from '../encode.js';
import type {Recorder} from '../recorder.js';
import {inTask} from '../scope.js';

/** The times of a page load that the receiver makes phases from, in the order of the wire. */
export const NAVIGATION_TIMES = [
  'domainLookupStart',
  'domainLookupEnd',
  'connectStart',
  'secureConnectionStart',
  'connectEnd',
  'requestStart',
  'responseStart',
  'responseEnd',
  'domInteractive',
  'domContentLoadedEventStart',
  'domContentLoadedEventEnd',
  'loadEventStart',
  'loadEventEnd',
] as const;

/**
 * Times of the page load, once: a task after `load`, because loadEventEnd is 0 until its
 * listeners have run, or at exit, when the user did not wait so long.
 */
export function navigation({_load: load, record, listen, onFlush, _hooks: hooks}: Recorder): void {
  hooks._names += NAVIGATION_NAMES;
  let done = false;

  const report = () => {
    const entry = done ? undefined : navigationEntry();
    if (!entry) return;
    done = true;
    record({kind: 'nav', time: 0, times: NAVIGATION_TIMES.map((time) => entry[time])}, load);
  };
  if (ofDocument('readyState') == 'complete') inTask(report);
  listen(window, 'load', () => inTask(report));
  onFlush((reason) => {
    if (reason == 'exit') report();
  });
}
