import type {Attributes, RUMEvent} from './events.js';
import {cleanText, MAX_STACK, MAX_STRING, scrubURL} from './scrub.js';

/** Attributes and tags past this many are left out: the receiver takes 64. */
export const MAX_ATTRIBUTES = 32;

/**
 * Keeps the scalars among free attributes; numbers must be finite, since JSON has no others. Tags are attributes whose values
 * are all texts.
 */
export function cleanAttributes(attributes: object, asTexts?: 'texts'): Attributes | undefined {
  const kept = Object.entries(attributes)
    .filter(([, value]) => /string|boolean|bigint/.test(typeof value) || Number.isFinite(value))
    .slice(0, MAX_ATTRIBUTES)
    .map(([name, value]) => [name.slice(0, 100), /string|bigint/.test(typeof value) || asTexts ? cleanText(value) : value]);
  return kept[0] && Object.fromEntries(kept);
}

/**
 * Makes an event fit to be sent: bounded strings, no secrets in URLs, scalar attributes, numbers
 * rounded to what can be measured. Undefined when a number is none.
 */
export function cleanEvent<E extends object = RUMEvent>(event: E, keepQuery?: readonly string[]): E | undefined {
  const {kind} = event as {kind?: string};
  const clean: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event) as [string, unknown][]) {
    let cleaned: unknown;
    // Numbers without which an event says nothing, and that may be 0.
    const required = /^(time|value|delta|limit)$/.test(name);
    if (required && !Number.isFinite(value)) return;
    if (name == 'attributes') cleaned = value && cleanAttributes(value);
    else if (name == 'script') cleaned = value && cleanEvent(value, keepQuery);
    else if (name == 'times') cleaned = (value as number[]).map((time) => rounded(kind, name, +time));
    else if (typeof value == 'string') cleaned = /^(url|filename)$/.test(name) ? scrubURL(value, keepQuery) : cleanText(value, name == 'stack' ? MAX_STACK : MAX_STRING);
    else if (Number.isFinite(value)) cleaned = rounded(kind, name, value as number);
    else cleaned = value === true || undefined;
    // Empty texts are what a browser does not know, and so are a line and a size of zero.
    if (cleaned || (cleaned === 0 && (required || !/error|resource/.test(kind!)))) clean[name] = cleaned;
  }
  return clean as E;
}

/**
 * Browsers give times in tenths of a millisecond at best, and 812.4000000059605 is eleven bytes too
 * long. Layout shifts need four digits. What the application measured stays as it is.
 */
function rounded(kind: string | undefined, name: string, value: number): number {
  if (name == 'time') return Math.round(value);
  return /measure|budget/.test(kind!) ? value : Math.round(value * 1e4) / 1e4;
}
