import {encodeSurroundings} from '../encode.js';
import type {Connection} from '../events.js';
import type {Recorder} from '../recorder.js';

/** Tells the browser's language, and of each batch what connection it was made on. */
export function surroundings({_hooks: hooks, onFlush}: Recorder): void {
  onFlush(() => {
    // https://wicg.github.io/netinfo/ — Chromium only.
    const {language, connection} = navigator as {language: string; connection?: Connection};
    hooks._surroundings = encodeSurroundings(language, connection);
  });
}
