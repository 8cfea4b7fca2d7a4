import {activationStart} from '../navigation-entry.js';
import type {Scope} from '../scope.js';

/** Tells when the page was first hidden, in ms after timeOrigin; Infinity while it never was. */
export function watchVisibility({listen}: Pick<Scope, 'listen'>, later: boolean): () => number {
  let first = later ? Infinity : (hiddenBefore() ?? hiddenNow());
  // After a restore the state turns visible only some time later, in a task of its own.
  // https://bugs.chromium.org/p/chromium/issues/detail?id=1133363
  if (later) setTimeout(() => (first = Math.min(first, hiddenNow())));
  listen(document, 'visibilitychange', (event) => {
    if (document.hidden) first = Math.min(first, event.timeStamp);
  });
  return () => first;
}

/** The browser's own record of the time before this code ran, where it keeps one. */
function hiddenBefore(): number | undefined {
  return performance
    .getEntriesByType('visibility-state')
    .find(({name, startTime}) => name == 'hidden' && startTime >= activationStart())?.startTime;
}

/** Without such a record, a page that is hidden now counts as loaded in the background. */
function hiddenNow(): number {
  return document.hidden ? 0 : Infinity;
}
