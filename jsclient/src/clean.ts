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

/** Cuts a string that anybody may have made as long as they like, and scrubs URLs in it. */
export function cleanText(text: unknown, max = MAX_STRING): string {
  // Cut before the regular expressions run, so that their work is bounded; a URL cut in the
  // middle of its query loses the query all the same.
  return scrubText(String(text).slice(0, max));
}

/** Keeps the scalars among free attributes; numbers must be finite, since JSON has no others. */
export function cleanAttributes(attributes: object | undefined): Attributes | undefined {
  const kept: Attributes = {};
  let count = 0;
  for (const [key, value] of Object.entries(attributes || {})) {
    if (count >= MAX_ATTRIBUTES) break;
    const scalar = cleanScalar(value);
    if (scalar === undefined) continue;
    kept[key.slice(0, 100)] = scalar;
    count++;
  }
  return count ? kept : undefined;
}

function cleanScalar(value: unknown) {
  if (typeof value == 'string') return cleanText(value);
  if (typeof value == 'boolean' || Number.isFinite(value)) return value as boolean | number;
}

/** Cleans tags: names and strings, scrubbed and bounded like every other text. */
export function cleanTags(tags: Record<string, unknown> | undefined): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(cleanAttributes(tags) || {})) kept[key] = String(value);
  return kept;
}

/**
 * Makes an event fit to be kept: bounded strings, no secrets in URLs, finite numbers, scalar
 * attributes. Returns undefined for an event whose value is no number.
 */
export function cleanEvent(event: RUMEvent, keepQuery: readonly string[] = []): RUMEvent | undefined {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event)) {
    const kept = cleanField(event.k, key, value, keepQuery);
    if (kept !== undefined) clean[key] = kept;
  }
  if (('v' in event && !('v' in clean)) || !('t' in clean)) return;
  return clean as RUMEvent;
}

function cleanField(kind: string, key: string, value: unknown, keepQuery: readonly string[]): unknown {
  if (key == 'a') return cleanAttributes(value as object);
  if (key == 'ph') return value;
  if (key == 'f' || (key == 'u' && kind == 'resource')) return value && scrubURL(String(value), keepQuery);
  if (key == 's') return value && cleanText(value, MAX_STACK);
  return cleanScalar(value);
}
