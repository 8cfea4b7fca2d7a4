import {listen, type Stop} from '../listen.js';
import {activationStart} from '../navigation-entry.js';

/** Knows when the page was first hidden, in ms after timeOrigin; Infinity while it never was. */
export type Visibility = {firstHidden: () => number; restart: () => void; stop: Stop};

export function watchVisibility(): Visibility {
  let firstHidden = hiddenBefore() ?? hiddenNow();
  const stop = listen(document, 'visibilitychange', (event) => {
    if (document.visibilityState == 'hidden') firstHidden = Math.min(firstHidden, event.timeStamp);
  });
  return {
    firstHidden: () => firstHidden,
    // After a restore the state turns visible only some time later, in a task of its own.
    // https://bugs.chromium.org/p/chromium/issues/detail?id=1133363
    restart: () => {
      firstHidden = Infinity;
      setTimeout(() => (firstHidden = Math.min(firstHidden, hiddenNow())));
    },
    stop,
  };
}

/** The browser's own record of the time before this code ran, where it keeps one. */
function hiddenBefore(): number | undefined {
  return performance
    .getEntriesByType('visibility-state')
    .find(({name, startTime}) => name == 'hidden' && startTime >= activationStart())?.startTime;
}

/** Without such a record, a page that is hidden now counts as loaded in the background. */
function hiddenNow(): number {
  return document.visibilityState == 'hidden' ? 0 : Infinity;
}
