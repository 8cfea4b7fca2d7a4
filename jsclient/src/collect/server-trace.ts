import {navigationEntry} from '../navigation-entry.js';
import type {Recorder} from '../recorder.js';

/**
 * The server's trace of this load, from `Server-Timing: traceparent;desc="00-…"` or
 * `<meta name="traceparent" content="00-…">`. https://www.w3.org/TR/trace-context/
 */
export function serverTrace({pageAt}: Recorder): void {
  const timing = navigationEntry()?.serverTiming?.find(({name}) => name == 'traceparent');
  const meta = document.querySelector<HTMLMetaElement>('meta[name=traceparent]');
  pageAt(0).trace = timing?.description || meta?.content;
}
