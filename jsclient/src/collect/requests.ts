import {randomHex} from '../random.js';
import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {wrap} from '../wrap.js';
import {isForeign, pathOf} from './resources.js';

/** A request of a script: what the browser's timing of it does not tell. */
export type Call = {
  /** For finding that timing: where to and since when. */
  url: string;
  since: number;
  /** It has failed and is told of; a timing that comes later is no news. */
  told?: boolean;
  /** Or else that timing is told already. */
  timed?: true;
  known: {m: string; it: string; st?: number; trace?: string};
};

/** Requests that are remembered until their timing comes. */
const MAX_CALLS = 100;

/** Clocks are coarse: a timing may begin this much before the call that it is of, ms. */
const COARSE_MS = 1;

/**
 * Requests of scripts, by fetch and XMLHttpRequest, fast ones too: their method, status or why they
 * failed, and the trace that they carry on to servers of the page's origin and of `traceOrigins`. How
 * long they took is the browser's to tell, through `resources`: a script sees the first byte of a body,
 * not its last.
 */
export function requests(recorder: Recorder): void {
  const {settings, record, hooks, mayTell} = recorder;
  const {traceOrigins = [], traceSampleRate = 1} = settings;
  const calls: Call[] = [];

  const begin = (it: string, m: string, address: string): Call | undefined => {
    const {href, origin} = new URL(address, document.baseURI);
    if (!isForeign(href, settings)) return;
    const call: Call = {url: href.split('#')[0], since: performance.now(), known: {m, it}};
    // By parsed origin: shop.example.evil.example begins like shop.example.
    if (mayTell() && traceOrigins && [location.origin, ...traceOrigins].includes(origin)) {
      // https://www.w3.org/TR/trace-context/#traceparent-header
      call.known.trace = `00-${randomHex(16)}-${randomHex(8)}-0${+(Math.random() < traceSampleRate)}`;
    }
    if (calls.push(call) > MAX_CALLS) calls.shift();
    hooks.answered?.();
    return call;
  };

  /** `n` is what was thrown or the type of event; the receiver makes one word of them. */
  const fail = (call: Call, n: string) => {
    const {url, since: t, known} = call;
    if (call.timed) return;
    call.told = true;
    record({k: 'resource', t, u: pathOf(url), v: performance.now() - t, n, ...known});
  };

  /** Of calls of one URL, the last before the timing began is the one: those before have theirs. */
  hooks.callOf = (entry) => {
    const call = calls.findLast(
      ({url, since, timed}) => !timed && url == entry.name && since - COARSE_MS <= entry.startTime,
    );
    if (call) call.timed = true;
    return call;
  };

  wrap(recorder, globalThis, 'fetch', (original, self, [input, init]) => {
    const call = safely(() => {
      const request: Partial<Request> = input instanceof Request ? input : {url: String(input), method: 'GET'};
      const begun = begin('fetch', init?.method || request.method!, request.url!);
      if (begun?.known.trace) {
        const headers = new Headers(init?.headers || request.headers);
        // A tracer of the page may have been here.
        headers.set('traceparent', (begun.known.trace = headers.get('traceparent') || begun.known.trace));
        init = {...init, headers};
      }
      return begun;
    });
    const answer = original.call(self, input, init);
    if (!call) return answer;
    // Their own promise goes on: one that is only listened to would never count as unhandled.
    return answer.then(
      (response: Response) => {
        call.known.st = response.status;
        return response;
      },
      (error: Partial<Error>) => {
        safely(() => fail(call, error.name!));
        throw error;
      },
    );
  });

  wrap(recorder, XMLHttpRequest.prototype, 'open', (original, self, args) => {
    original.apply(self, args);
    safely(() => {
      const [method, url] = args;
      const call = begin('xmlhttprequest', method, String(url));
      if (!call) return;
      const {trace} = call.known;
      if (trace) self.setRequestHeader('traceparent', trace);
      for (const type of ['load', 'error', 'abort', 'timeout']) {
        self.addEventListener(type, () => {
          call.known.st = self.status; // Safari's timing has none
          if (type != 'load') fail(call, type);
        });
      }
    });
  });
}
