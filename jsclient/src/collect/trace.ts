import type {TraceRule} from '../options.js';
import {isNative} from '../native.js';
import {randomHex} from '../random.js';
import type {Call, Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {wrap} from '../wrap.js';

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = 'traceparent';

/**
 * Gives the requests that `requests` watches, before it in the list, a trace, where `traceOrigins` asks for it. By parsed origin:
 * shop.example.evil.example begins like shop.example.
 */
export function traces(recorder: Recorder): void {
  const {settings, _hooks: hooks, _mayTell: mayTell} = recorder;
  const {traceOrigins, traceSampleRate = 1} = settings;
  if (!traceOrigins) return;
  const rules = [traceOrigins].flat().map(ruleOf);
  const traceOf = (url: string) => {
    if (!rules.some((rule) => rule(url)) || !mayTell()) return;
    return `00-${randomHex(32)}-${randomHex(16)}-0${+(Math.random() < traceSampleRate)}`;
  };
  hooks._traced = (find, original, args) => {
    const call = find();
    return call && tracedFetch(traceOf(call.url), call, original, args);
  };
  if (hooks._opened) traceXHR(recorder, traceOf, hooks._opened);
}

function ruleOf(rule: TraceRule): (url: string) => boolean {
  if (typeof rule == 'function') return (url) => !!rule(url);
  if (rule instanceof RegExp) return (url) => url.search(rule) >= 0;
  const named = new window.URL(rule, location.href).origin;
  return (url) => new window.URL(url).origin == named;
}

/**
 * Adds a trace to what fetch is called with, or finds the one that is there. On a Request made of it as the browser
 * would: headers beside a Request would take its referrer away. Whoever has replaced fetch before us may add a trace
 * of their own below, and there must not be two.
 */
function tracedFetch(trace: string | undefined, {_known: known}: Call, original: unknown, args: unknown[]): unknown[] | undefined {
  if (!trace || !isNative(original)) return;
  const request = new Request(...(args as ConstructorParameters<typeof Request>));
  const {headers} = request;
  if (!headers.has(TRACEPARENT)) headers.set(TRACEPARENT, trace);
  known.trace = headers.get(TRACEPARENT) || undefined;
  return [request];
}

/** The same for requests that are open. */
function traceXHR(recorder: Recorder, traceOf: (url: string) => string | undefined, open: WeakMap<XMLHttpRequest, Call | undefined>): void {
  const {prototype} = XMLHttpRequest;
  const native = prototype.setRequestHeader;

  // A trace that somebody gives it before it is sent is the one.
  wrap(recorder, prototype, 'setRequestHeader', (original, self, args) => {
    const result = original.apply(self, args);
    safely(() => {
      const call = open.get(self);
      if (!call || String(args[0]).toLowerCase() != TRACEPARENT) return;
      call._known.trace = String(args[1]);
      call._theirs = true;
    });
    return result;
  });
  wrap(recorder, prototype, 'send', (original, self, args) => {
    safely(() => {
      const call = open.get(self);
      // Whoever is below us may add one, and two in one header are none.
      if (!call || call._theirs || !isNative(original)) return;
      const trace = traceOf(call.url);
      if (trace) native.call(self, TRACEPARENT, (call._known.trace = trace));
    });
    return original.apply(self, args);
  });
}
