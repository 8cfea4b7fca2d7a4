import {navigationEntry} from '../navigation-entry.js';
import type {Vital} from './vital.js';

/** Time to First Byte, as soon as it is known; what came later waited for none. https://web.dev/articles/ttfb */
export const ttfb: Vital =
  ({start, later}) =>
  () => {
    const t = later ? start : navigationEntry()?.responseStart;
    return t ? {v: Math.max(t - start, 0), t} : undefined;
  };
