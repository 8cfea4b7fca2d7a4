import {ofDocument} from '../dom.js';
import {activationStart} from '../navigation-entry.js';
import type {Scope} from '../scope.js';

/**
 * Returns whether a paint at a time, in ms after timeOrigin, was seen. Measuring paints ends when the page
 * is hidden for the first time, also for earlier entries that are reported later: Firefox dates an image back to
 * when it was loaded.
 */
export function watchVisibility({listen, _take: take}: Pick<Scope, 'listen' | '_take'>, first = hiddenBefore() ?? hiddenNow()): (time: number) => boolean {
  let ended = false;
  listen(window, 'visibilitychange', ({timeStamp}) => {
    if (!ofDocument('hidden')) return;
    first = Math.min(first, timeStamp);
    take(); // what was painted until now
    ended = true;
  });
  return (time) => !ended && time < first;
}

/** The browser's own record of the time before this code ran, where it keeps one. */
function hiddenBefore(): number | undefined {
  return performance
    .getEntriesByType('visibility-state')
    .find(({name, startTime}) => name == 'hidden' && startTime >= activationStart())?.startTime;
}

/** Without such a record, a page that is hidden now counts as loaded in the background. */
function hiddenNow(): number {
  return ofDocument('hidden') ? 0 : Infinity;
}
