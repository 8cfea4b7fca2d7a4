import type {Recorder} from '../recorder.js';

/** Shows on the console what is recorded and what is lost, if the page wants to debug. */
export function debugLog({settings, onRecord}: Recorder): void {
  if (settings.debug) onRecord((...what) => console.debug('[rum]', ...what));
}
