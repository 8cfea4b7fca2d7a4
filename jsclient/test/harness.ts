import {afterEach, beforeEach, vi} from 'vitest';
import {beforeSend, errorDetails, getRUM, hash, ignoreErrors, initRUMWith, methods, respectGPC, routes, titles} from '../src/index.js';
import type {RUMOptions} from '../src/options.js';
import type {Collector} from '../src/recorder.js';
import type {Beacon, RUMEvent} from './wire.js';

/** What the receiver would have got, and how it answers. */
export const receiver = {
  beacons: [] as Beacon[],
  requests: [] as RequestInit[],
  answer: () => new Response('{}', {status: 200}) as Response | Promise<Response>,
};

/** What the page's own requests get. */
export const servers = {
  calls: [] as {url: string; headers: Headers}[],
  answer: () => new Response('{}', {status: 200}) as Response | Promise<Response>,
};

/** Fresh clock, storage, page and receiver for every test of a file. */
export function useHarness() {
  let tests = 0;
  beforeEach(() => {
    const test = ++tests;
    vi.useFakeTimers();
    receiver.beacons = [];
    receiver.requests = [];
    receiver.answer = () => new Response('{}', {status: 200});
    servers.calls = [];
    servers.answer = () => new Response('{}', {status: 200});
    // Bound, it looks like the browser's own.
    const fetch = async (input: RequestInfo | URL, request: RequestInit = {}) => {
      const url = input instanceof Request ? input.url : String(input);
      if (!url.split('?')[0].endsWith('/v1/rum')) {
        servers.calls.push({url, headers: new Headers(request.headers || (input instanceof Request ? input.headers : {}))});
        return servers.answer();
      }
      // The client of a test that has ended may still retry: that is nobody's business now.
      if (test != tests) return new Response('{}');
      receiver.requests.push(request);
      const response = await receiver.answer();
      if (response.ok) receiver.beacons.push(JSON.parse(request.body as string));
      return response;
    };
    vi.stubGlobal('fetch', fetch.bind(null));
    history.replaceState(null, '', 'https://shop.example/?utm=1');
  });
  afterEach(() => {
    getRUM()?.stop();
    localStorage.clear();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
}

/** Starts a client whose collectors a DOM without layout can serve. */
export function startClient(options: Partial<RUMOptions> = {}, more: Collector[] = []) {
  return initRUMWith([{beforeSend, hash, ignoreErrors, respectGPC}, errorDetails, titles, routes, ...more], {endpoint: 'https://collector.example/v1/rum', ...options}, methods);
}

export const events = (): RUMEvent[] => receiver.beacons.flatMap((beacon) => beacon.events);

export const kinds = () => events().map(({k}) => k);

/** Lets timers run and promises settle. */
export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Lets a second pass for requests to be answered. */
export async function flushed() {
  getRUM()?.flush();
  await pass(0);
}

/** An event with these members, read-only ones included. */
export function eventWith(type: string, members: Record<string, unknown>): Event {
  const event = new Event(type, {bubbles: true, composed: true});
  for (const [name, value] of Object.entries(members)) Object.defineProperty(event, name, {value});
  return event;
}

export function throwUncaught(error: Error | null, message = error?.message ?? 'Script error.') {
  window.dispatchEvent(Object.assign(new Event('error'), {error, message, filename: '', lineno: 0, colno: 0}));
}

export function reject(reason: unknown) {
  window.dispatchEvent(Object.assign(new Event('unhandledrejection'), {reason}));
}

export function hide(state: 'hidden' | 'visible' = 'hidden') {
  vi.spyOn(Document.prototype, 'hidden', 'get').mockReturnValue(state == 'hidden');
  vi.spyOn(Document.prototype, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}
