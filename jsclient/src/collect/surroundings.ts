import {encodeSurroundings} from '../encode.js';
import type {Connection} from '../events.js';
import type {Recorder} from '../recorder.js';

/** Tells the browser's language, and of each batch what connection it was made on. */
export function surroundings({_surroundings: surroundings, onFlush}: Recorder): void {
  onFlush(() => {
    // https://wicg.github.io/netinfo/ — Chromium only.
    const {language, connection} = navigator as {language: string; connection?: Connection};
    const {lang, conn} = encodeSurroundings(language, connection);
    // Hardly anybody saves data.
    Object.assign(surroundings, {lang, conn: conn && {...conn, save: conn.save || undefined}});
  });
}
