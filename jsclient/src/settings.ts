import type {RUMClient} from './api.js';
import {clientOf} from './client.js';
import type {RUMOptions} from './options.js';
import {methods} from './methods.js';
import type {Collector} from './recorder.js';
import type {Parts} from './part.js';
import {getRUM, run} from './rum.js';
import {safely} from './scope.js';

/** Browsers take a pause of more than 2 ** 31 ms for none. */
const MAX_NUMBER = 2e9;

/** Options that are numbers, of which rates are at most 1, and those that are lists. */
const NUMBERS = /(Rate|Ms|Size|Queue)$/;
const LISTS = /^(keepQuery|traceOrigins)$/;

/** In the place of what cannot be used, where the default could send what nobody wants to be sent. */
const INSTEAD: Record<string, unknown> = {sampleRate: 0, consent: 'denied'};

let startedWith: string | undefined;

/**
 * Starts the one client with these collectors, but for those that an option of their name is false for. What cannot be
 * used says so in one line on the console, and so does what only a collector in `elsewhere` reads.
 */
export function initNamed(collectors: Record<string, Collector | Partial<Parts>>, options: RUMOptions, elsewhere?: RegExp): RUMClient {
  const settings: Record<string, unknown> = {};
  const useless: unknown[] = [];
  for (const [name, value] of (safely(() => Object.entries(options)) || []) as [string, unknown][]) {
    if (value == undefined) continue;
    const meant = safely(() => read(name, value));
    if (meant === undefined) useless.push(name, value);
    if (value && elsewhere?.test(name)) useless.push(name, 'without ?full');
    settings[name] = meant ?? INSTEAD[name];
  }
  const key = safely(() => JSON.stringify(settings));
  if (!getRUM()) startedWith = key;
  else if (key != startedWith) useless.push('other options: it runs');
  if (useless[0]) console.warn('[rum] cannot use', ...useless);
  const chosen = Object.entries(collectors).flatMap(([name, collector]) => (settings[name] === false ? [] : collector));
  const client = run(chosen, settings as RUMOptions, methods);
  // One that initRUMWith has started may be without methods: here they do nothing.
  return (client as Partial<RUMClient>).setTags ? client : Object.assign(clientOf(methods), client);
}

/** What an option means: numbers in text are numbers, a text is a list. Undefined if it means nothing. */
function read(name: string, value: unknown): unknown {
  if (NUMBERS.test(name)) {
    const number = Number(value);
    // A text that only begins with a number, such as 10%, is none.
    return parseFloat(value as string) == number && number >= 0 && number <= (/Rate/.test(name) ? 1 : MAX_NUMBER) ? number : undefined;
  }
  if (name == 'consent') return /^(granted|pending|denied)$/.test(value as string) ? value : undefined;
  if (typeof value != 'string') return name != 'keepQuery' || Array.isArray(value) ? value : undefined;
  if (LISTS.test(name)) return value.split(/[\s,]+/);
  return name == 'tags' ? undefined : value;
}
