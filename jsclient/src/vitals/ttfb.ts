import {navigationEntry} from '../navigation-entry.js';
import {after, type Vital} from './vital.js';

/** Time to First Byte, as soon as it is known. https://web.dev/articles/ttfb */
export const ttfb: Vital =
  ({_start: start}) =>
  () => {
    const entry = navigationEntry();
    return entry && after(start, entry.responseStart);
  };
