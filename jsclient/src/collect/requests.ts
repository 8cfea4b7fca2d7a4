import {ofDocument} from '../dom.js';
import {RESOURCE_NAMES} from '../encode.js';
import type {Call, Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {wrap} from '../wrap.js';
import {isForeign, pathOf, type ResourceEntry} from './resources.js';

/** Requests that are remembered until their timing comes: as many as browsers keep timings. */
const MAX_CALLS = 250;

/** Clocks are coarse: a timing may begin this much before the call that it is of, ms. */
const COARSE_MS = 1;

/**
 * Requests of scripts, by fetch and XMLHttpRequest, fast ones too: their method, status or why they failed, and the
 * trace that `traces` gives them. How long they took is the browser's to say, through
 * `resources`: a script sees the first byte of a body, not its last. What the page asks for goes on as it is.
 */
export function requests(recorder: Recorder): void {
  const {settings, record, onFlush, _hooks: hooks} = recorder;
  const calls: Call[] = [];
  hooks._names += RESOURCE_NAMES;

  const begin = (initiatorType: string, method: unknown, address: unknown): Call | undefined => {
    const url = new window.URL(String(address), ofDocument('baseURI'));
    if (!isForeign(url.href, settings)) return;
    // The receiver writes methods in capitals.
    const call: Call = {url: withoutHash(url.href), _since: performance.now(), _known: {method: String(method), initiatorType}};
    if (calls.push(call) > MAX_CALLS) untimed(calls.shift()!);
    hooks._answered?.();
    return call;
  };

  /** Reports a call that has no timing. `failure` is what was thrown or the type of event; the receiver makes one word of them. */
  const report = (call: Call, failure?: string) => {
    const {url, _since: time, _took: value = performance.now() - time, _known: known} = call;
    if (call._timed || call._reported) return;
    call._reported = true;
    known.status ??= 0; // as in its timing
    record({kind: 'resource', time, url: pathOf(url), value, failure, ...known});
  };
  /** Of a body that no script reads Chromium has no timing, and a page that leaves because of an answer does not wait for it. */
  const untimed = (call: Call) => call._took != undefined && report(call);
  onFlush((reason) => {
    if (/exit|hidden/.test(reason)) calls.forEach(untimed);
  });

  /**
   * Of calls of one URL, the last before the timing began is the one: those before have theirs. But of those that began together, as
   * GraphQL's do, the one that has ended as the timing says: what came first may have been answered last. Where timings have no status,
   * as in Safari, one that has ended.
   */
  hooks._callOf = ({name, startTime, responseStatus}: ResourceEntry) => {
    const of = calls.filter(({url, _since: since}) => url == withoutHash(name) && since - COARSE_MS <= startTime);
    const call = of.findLast(({_known: {status}}) => status == (responseStatus ?? status ?? 0)) || of.at(-1);
    if (call) calls.splice(calls.indexOf(call), 1)[0]._timed = true;
    return call;
  };

  watchFetch(recorder, begin, report);
  watchXHR(recorder, begin, report);
}

/** Some browsers time a URL with its fragment, others without. */
const withoutHash = (url: string) => url.split('#')[0];

type Begin = (initiatorType: string, method: unknown, address: unknown) => Call | undefined;
type Report = (call: Call, why: string) => void;

/** Safari's timing has no status. */
function answered(call: Call, status: number): void {
  call._known.status = status;
  call._took = performance.now() - call._since;
}

function watchFetch(recorder: Recorder, begin: Begin, report: Report): void {
  /** What the page got for a promise. */
  const passed = new WeakMap<Promise<Response>, Promise<Response>>();

  wrap(recorder, globalThis, 'fetch', (original, self, args) => {
    const since = performance.now();
    let call: Call | undefined;
    const find = () => (call ||= (args.length && callOf(args as Parameters<typeof fetch>)) || call);
    args = safely(() => recorder._hooks._traced?.(find, original, args)) || args;
    const answer = original.apply(self, args);
    return (
      safely(() => {
        // Now, if no trace had to know it before: the page's objects may give something else the second time.
        if (!find()) return;
        call!._since = since;
        // What a test double or another library returns may be anything, and is left alone.
        return answer instanceof Promise && watched(answer, call!);
      }) || answer
    );
  });

  const callOf = ([input, init]: Parameters<typeof fetch>) => {
    // One of another frame is no instance of ours.
    const isRequest = Object.prototype.toString.call(input) == '[object Request]';
    const request = isRequest ? (input as Request) : {url: input, method: 'GET'};
    return begin('fetch', init?.method ?? request.method, request.url);
  };

  /**
   * A promise that is only listened to never counts as unhandled. So the page gets one that passes on what the other gives, and
   * that it cannot distinguish from it; the same one again for the same promise, as of a page that keeps its answers. None of our
   * code may stand between, because rejections of scripts of another origin are not reported to anybody. What is more than
   * a promise is returned unchanged.
   */
  const watched = (answer: Promise<Response>, call: Call) => {
    const given = isPlain(answer) ? passed.get(answer) || answer.then() : answer;
    passed.set(answer, given);
    answer.then(
      (response) => safely(() => answered(call, response.status)),
      (error) => safely(() => report(call, String(error?.name || 'Error'))),
    );
    return given;
  };
}

/** Whether something is a promise and nothing else; zone.js keeps a state in each of its own. */
const isPlain = (answer: Promise<unknown>) => answer.constructor == Promise && /^(__zone_\w+,?)*$/.test(Object.keys(answer) as never);

function watchXHR(recorder: Recorder, begin: Begin, report: Report): void {
  const {prototype} = XMLHttpRequest;
  /** Requests that are open: a request may be opened again. */
  const open = (recorder._hooks._opened = new WeakMap<XMLHttpRequest, Call | undefined>());
  // A subclass may have another.
  const {addEventListener} = prototype;

  const ends = function (this: XMLHttpRequest, {type}: Event) {
    safely(() => {
      const call = open.get(this);
      if (!call) return;
      answered(call, this.status);
      if (type != 'load') report(call, type);
    });
  };

  wrap(recorder, prototype, 'open', (original, self, args) => {
    const result = original.apply(self, args);
    safely(() => {
      const call = begin('xmlhttprequest', args[0], args[1]);
      open.set(self, call);
      // The same listener once more changes nothing.
      for (const type of 'load error abort timeout'.split(' ')) addEventListener.call(self, type, ends as EventListener);
    });
    return result;
  });
}
