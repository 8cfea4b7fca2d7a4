import {scrubText, scrubURL} from './scrub.js';
import type {Attributes, Page, RUMEvent} from './wire.js';

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

/** A scalar fit to be sent, or undefined: numbers must be finite, since JSON has no others. */
function cleanScalar(value: unknown) {
  if (typeof value == 'string') return cleanText(value);
  if (typeof value == 'boolean' || Number.isFinite(value)) return value as boolean | number;
}

/** Keeps the scalars among free attributes. */
export function cleanAttributes(attributes: object): Attributes | undefined {
  const kept = Object.entries(attributes)
    .map(([key, value]) => [key.slice(0, 100), cleanScalar(value)])
    .filter(([, value]) => value !== undefined)
    .slice(0, MAX_ATTRIBUTES);
  return kept.length ? Object.fromEntries(kept) : undefined;
}

/** Tags are attributes whose values are texts. */
export function cleanTags(tags: object): Record<string, string> | undefined {
  const kept = cleanAttributes(tags);
  return kept && mapValues(kept, String);
}

/**
 * Makes the wire form of an event: bounded strings, no secrets in URLs, numbers rounded to what
 * can be measured, nothing that is the default anyway. Undefined when a number is none.
 */
export function cleanEvent(event: RUMEvent, page: Page, keepQuery: readonly string[] = []): RUMEvent | undefined {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event)) {
    if (value == undefined || (value === 0 && /^([ted]s|st|l|c)$/.test(key))) continue;
    const kept = cleanField(event, key, value, page, keepQuery);
    if (kept === undefined && /^[tvb]$/.test(key)) return;
    if (kept !== undefined) clean[key] = kept;
  }
  if (clean.d == clean.v) delete clean.d;
  if (clean.src == 'error') delete clean.src;
  if (!clean.same) delete clean.same;
  return clean as RUMEvent;
}

function cleanField(event: RUMEvent, key: string, value: unknown, page: Page, keepQuery: readonly string[]) {
  if (key == 'a') return cleanAttributes(value as object);
  if (key == 'ph') return mapValues(value as Record<string, number>, tenth);
  if (key == 's') return cleanText(value, MAX_STACK);
  if (key == 'f') return scrubURL(value as string, keepQuery);
  if (key == 'u' && event.k == 'resource') return withoutOrigin(scrubURL(value as string, keepQuery), page.url);
  if (!Number.isFinite(value)) return cleanScalar(value);
  // Browsers tell no more than tenths of a millisecond, and 812.4000000059605 is eleven bytes too
  // long. What the application measured stays as it is.
  const number = value as number;
  if (key == 't') return Math.round(number);
  if (event.k == 'vital' && event.n == 'CLS') return Math.round(number * 1e4) / 1e4;
  return event.k == 'measure' || event.k == 'budget' ? number : tenth(number);
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function mapValues<V, R>(object: Record<string, V>, change: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** A resource of the page's own origin is sent as a path: most resources are. */
function withoutOrigin(url: string, pageURL: string): string {
  const [origin] = /^\w+:\/\/[^/]+/.exec(pageURL) || ['-'];
  return url.startsWith(origin + '/') ? url.slice(origin.length) : url;
}
