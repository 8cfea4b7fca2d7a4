import {navigationEntry} from '../navigation-entry.js';
import type {Recorder} from '../recorder.js';

/**
 * The server's trace of this load, from `Server-Timing: traceparent;desc="00-…"` or
 * `<meta name="traceparent" content="00-…">`. https://www.w3.org/TR/trace-context/
 */
export function serverTrace({_load: load}: Recorder): void {
  load.trace =
    navigationEntry()?.serverTiming?.find(({name}) => name == 'traceparent')?.description ||
    document.querySelector<HTMLMetaElement>('meta[name=traceparent]')?.content;
}
