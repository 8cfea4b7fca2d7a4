import {clientOf, type MethodsOf, type RUMClient, type RUMCore} from './client.js';
import type {RUMOptions} from './options.js';
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
 * Starts the one client with just these collectors, and returns it; a client that runs already is
 * returned as it is. initRUM is this with every automatic collector.
 */
export function initRUMWith(collectors: Collector[], options: RUMOptions): RUMCore;
export function initRUMWith(collectors: Collector[], options: RUMOptions, methods: MethodsOf): RUMClient;
export function initRUMWith(collectors: Collector[], options: RUMOptions, methodsOf?: MethodsOf): RUMClient {
  const {sampleRate = 1, endpoint} = options || {};
  if (typeof document == 'undefined' || sampleRate <= 0) return clientOf(methodsOf);
  const running = getRUM();
  if (running) return running;
  const client = safely(() => start(options, collectors, methodsOf, () => (holder[KEY] = null)));
  if (!client) console.warn('[rum] not started, endpoint:', endpoint);
  return client ? (holder[KEY] = client) : clientOf(methodsOf);
}
