import {encodeSurroundings} from '../encode.js';
import type {Connection} from '../events.js';
import type {Recorder} from '../recorder.js';

/** Reports the browser's language, and the connection of each batch. */
export function surroundings({_hooks: hooks, onFlush}: Recorder): void {
  onFlush(() => {
    // https://wicg.github.io/netinfo/ — Chromium only.
    const {language, connection} = navigator as {language: string; connection?: Connection};
    hooks._surroundings = encodeSurroundings(language, connection);
  });
}
