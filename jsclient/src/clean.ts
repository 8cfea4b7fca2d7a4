import {scrubText, scrubURL} from './scrub.js';
import type {Attributes, RUMEvent} from './wire.js';

/**
 * Longest strings in UTF-16 units, below the receiver's bounds in bytes (1024, 16384) for mostly
 * ASCII text: what is cut here need not be carried.
 */
const MAX_STRING = 1000;
const MAX_STACK = 8000;

/** Attributes and tags past this many are left out: the receiver takes 64. */
const MAX_ATTRIBUTES = 32;

/**
 * Cuts a string that anybody may have made as long as they like, and scrubs URLs in it. The cut
 * comes first, to bound the work; a URL cut inside its query loses the query all the same.
 */
export function cleanText(text: unknown, max = MAX_STRING): string {
  return scrubText(String(text).slice(0, max));
}

/**
 * Keeps the scalars among free attributes; numbers must be finite, since JSON has no others. Tags
 * are attributes whose values are all texts.
 */
export function cleanAttributes(attributes: object, asTexts?: 'texts'): Attributes | undefined {
  const kept = Object.entries(attributes)
    .filter(([, value]) => /string|boolean/.test(typeof value) || Number.isFinite(value))
    .slice(0, MAX_ATTRIBUTES)
    .map(([key, value]) => [key.slice(0, 100), typeof value == 'string' || asTexts ? cleanText(value) : value]);
  return kept[0] && Object.fromEntries(kept);
}

/**
 * Makes an event fit to be sent: bounded strings, no secrets in URLs, scalar attributes, numbers
 * rounded to what can be measured. Undefined when a number is none.
 */
export function cleanEvent(event: RUMEvent, keepQuery: readonly string[] = []): RUMEvent | undefined {
  const {k, a} = event;
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event) as [string, unknown][]) {
    if (/^[tvdb]$/.test(key)) {
      if (!Number.isFinite(value)) return;
      clean[key] = rounded(k, key, value as number);
    } else if (!value) {
      // Empty texts and zeros, such as a line or a size, are what a browser does not know.
    } else if (typeof value == 'string') {
      const isURL = key == 'f' || (key == 'u' && k != 'measure');
      clean[key] = isURL ? scrubURL(value, keepQuery) : cleanText(value, key == 's' ? MAX_STACK : MAX_STRING);
    } else {
      clean[key] = typeof value == 'number' ? rounded(k, key, value) : value;
    }
  }
  if (a) clean.a = cleanAttributes(a);
  return clean as RUMEvent;
}

/**
 * Browsers tell times in tenths of a millisecond at best, and 812.4000000059605 is eleven bytes too
 * long. Layout shifts need four digits. What the application measured stays as it is.
 */
function rounded(kind: string, key: string, value: number): number {
  if (key == 't') return Math.round(value);
  return /measure|budget/.test(kind) ? value : Math.round(value * 1e4) / 1e4;
}
