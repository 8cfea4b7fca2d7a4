import {ofDocument} from './dom.js';
import type {NavigationType} from './events.js';

/** What TypeScript's library does not know yet. */
type NavigationEntry = PerformanceNavigationTiming & {activationStart?: number};

/**
 * The navigation that loaded the document, or undefined when the browser has none or one that
 * cannot be: some report a response that starts at 0 or in the future.
 * https://github.com/GoogleChrome/web-vitals/issues/137
 */
export function navigationEntry(): NavigationEntry | undefined {
  const entry = performance.getEntriesByType?.('navigation')[0] as NavigationEntry | undefined;
  if (entry && entry.responseStart > 0 && entry.responseStart < performance.now()) return entry;
}

/** When a prerendered page was shown, in ms after timeOrigin; 0 for every other page. */
export function activationStart(): number {
  return navigationEntry()?.activationStart || 0;
}

/** How the document came to be, in the words of web-vitals. */
export function navigationType(): NavigationType {
  const entry = navigationEntry();
  if (activationStart()) return 'prerender';
  if (ofDocument('wasDiscarded' as never)) return 'restore';
  return (entry?.type.replace('_', '-') || 'navigate') as NavigationType;
}
