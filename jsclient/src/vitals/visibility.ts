import {ofDocument} from '../dom.js';
import {activationStart} from '../navigation-entry.js';
import type {Scope} from '../scope.js';

/**
 * Returns whether a paint at a time, in ms after timeOrigin, was seen. Measuring paints ends when the page
 * is hidden for the first time, also for earlier entries that are reported later: Firefox dates an image back to
 * when it was loaded.
 */
export function watchVisibility({listen, _take: take}: Pick<Scope, 'listen' | '_take'>, first = hiddenSince()): (time: number) => boolean {
  listen(window, 'visibilitychange', ({timeStamp}) => {
    if (!ofDocument('hidden')) return;
    first = Math.min(first, timeStamp);
    take(); // what was painted until now
    first = 0;
  });
  return (time) => time < first;
}

/**
 * Since when the page is hidden: by the browser's own record of the time before this code ran, where it keeps one. Without it, a page
 * that is hidden now counts as loaded in the background.
 */
function hiddenSince(): number {
  const states = performance.getEntriesByType('visibility-state');
  const hidden = states.find(({name, startTime}) => name == 'hidden' && startTime >= activationStart());
  return hidden?.startTime ?? (ofDocument('hidden') ? 0 : Infinity);
}
