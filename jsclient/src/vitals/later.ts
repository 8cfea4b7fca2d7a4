import {ofDocument} from '../dom.js';
import {interactionCount} from './inp.js';
import type {Later} from './vital.js';

/** The beginning of a page view when the document has been there for a while. */
export const later = (start: number): Later => ({
  _before: interactionCount(),
  _short: (count) => (count ? {value: 8, time: start} : undefined),
  // After a restore the state turns visible only some time later, in a task of its own.
  // https://bugs.chromium.org/p/chromium/issues/detail?id=1133363
  _unlessHidden: (hidden) => {
    setTimeout(() => {
      if (ofDocument('hidden')) hidden();
    });
  },
});
