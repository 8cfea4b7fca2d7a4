import {navigationEntry} from '../navigation-entry.js';
import {tenth} from '../vitals/explain.js';
import type {Recorder} from '../recorder.js';
import type {Phases} from '../wire.js';

/**
 * Phases of the page load, once: a task after `load`, because loadEventEnd is 0 until its
 * listeners have run, or at exit, when the user did not wait so long.
 */
export function navigation({page, record, listen, onFlush}: Recorder): void {
  const load = page();
  let done = false;

  const report = () => {
    const entry = done ? undefined : navigationEntry();
    if (!entry) return;
    done = true;
    record({k: 'nav', t: 0, ph: phasesOf(entry)}, load);
  };
  if (document.readyState == 'complete') setTimeout(report);
  listen(window, 'load', () => setTimeout(report));
  onFlush((reason) => {
    if (reason == 'exit') report();
  });
}

/** Phases in ms. Those that have not ended are left out; those that did not happen are 0. */
export function phasesOf(entry: PerformanceNavigationTiming): Partial<Phases> {
  const spans: [keyof Phases, number, number][] = [
    ['dns', entry.domainLookupStart, entry.domainLookupEnd],
    ['tcp', entry.connectStart, entry.connectEnd],
    ['tls', entry.secureConnectionStart || entry.connectEnd, entry.connectEnd],
    ['ttfb', entry.requestStart, entry.responseStart],
    ['download', entry.responseStart, entry.responseEnd],
    ['dom_parse', entry.responseEnd, entry.domInteractive],
    ['dom_content_loaded', entry.domContentLoadedEventStart, entry.domContentLoadedEventEnd],
    ['load', entry.loadEventStart, entry.loadEventEnd],
    ['total', entry.startTime, entry.loadEventEnd],
  ];
  const ended = spans.filter(([, , end]) => end > 0);
  return Object.fromEntries(ended.map(([phase, start, end]) => [phase, tenth(Math.max(end - start, 0))]));
}
