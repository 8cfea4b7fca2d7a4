import type {RUMClient, RUMCore} from './api.js';
import {clientOf, type MethodsOf} from './client.js';
import type {RUMOptions} from './options.js';
import type {Parts} from './part.js';
import type {Collector} from './recorder.js';
import {safely} from './scope.js';
import {start} from './start.js';

/**
 * The one client of the document is kept on the global object, so that a second bundle of this
 * package finds it and does not measure everything twice.
 */
const KEY = Symbol.for('@otelcol-rum/browser');
const holder: {[KEY]?: RUMClient | null} = globalThis as object;

/** The running client, or null before initRUM, after stop, and on a server. */
export function getRUM(): RUMClient | null {
  return holder[KEY] || null;
}

/**
 * Starts the one client with just these collectors and parts, and returns it; a client that runs already is
 * returned as it is. initRUM is this with every automatic collector.
 */
export function initRUMWith(list: (Collector | Partial<Parts>)[], options: RUMOptions): RUMCore;
export function initRUMWith(list: (Collector | Partial<Parts>)[], options: RUMOptions, methods: MethodsOf): RUMClient;
export function initRUMWith(list: (Collector | Partial<Parts>)[], options: RUMOptions, methodsOf?: MethodsOf): RUMClient {
  const parts = Object.assign({}, ...list) as Partial<Parts>; // functions have no members
  const missing = (['beforeSend', 'ignoreErrors', 'hash', 'respectGPC'] as const).filter((name) => options?.[name] && !parts[name]);
  if (!missing[0]) return run(list, options, methodsOf);
  console.warn('[rum] not started, import:', missing);
  return clientOf(methodsOf);
}

/** The same without a look whether all parts are there. */
export function run(list: (Collector | Partial<Parts>)[], options: RUMOptions, methodsOf?: MethodsOf): RUMClient {
  const {sampleRate = 1, endpoint} = options || {};
  if (typeof document == 'undefined' || sampleRate <= 0) return clientOf(methodsOf);
  const running = holder[KEY];
  if (running) return running;
  const started = safely(() => start(options, list));
  const client = clientOf(methodsOf, started);
  if (!started) console.warn('[rum] not started, endpoint:', endpoint);
  else {
    holder[KEY] = client;
    started.onStop(() => (holder[KEY] = null));
  }
  return client;
}
