import {navigationEntry} from '../navigation-entry.js';
import type {VitalContext, VitalSource} from './vital.js';

/** Time to First Byte, as soon as it is known. https://web.dev/articles/ttfb */
export function ttfb({activation}: VitalContext): VitalSource {
  return {
    read: () => {
      const t = navigationEntry()?.responseStart;
      return t ? {v: Math.max(t - activation, 0), t} : undefined;
    },
    stop: () => {},
  };
}
