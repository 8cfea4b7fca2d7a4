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
  hooks._traceOf = ({href, origin}) => {
    if (!rules.some((rule) => rule(href, origin)) || !mayTell()) return;
    return `00-${randomHex(16)}-${randomHex(8)}-0${+(Math.random() < traceSampleRate)}`;
  };
  hooks._tracedFetch = tracedFetch;
  if (hooks._opened) traceXHR(recorder, hooks._opened);
}

function ruleOf(rule: TraceRule): (href: string, origin: string) => boolean {
  if (typeof rule == 'function') return (href) => !!rule(href);
  if (rule instanceof RegExp) return (href) => href.search(rule) >= 0;
  const named = new URL(rule, location.href).origin;
  return (_, origin) => origin == named;
}

/**
 * Adds a trace to what fetch is called with, or finds the one that is there. On a Request made of it as the browser
 * would: headers beside a Request would take its referrer away. Whoever has replaced fetch before us may add a trace
 * of their own below, and there must not be two.
 */
function tracedFetch(original: unknown, args: unknown[], {_known: known}: Call): unknown[] {
  const trace = known.trace!;
  known.trace = undefined;
  if (!isNative(original)) return args;
  const request = new Request(...(args as ConstructorParameters<typeof Request>));
  const {headers} = request;
  if (!headers.has(TRACEPARENT)) headers.set(TRACEPARENT, trace);
  known.trace = headers.get(TRACEPARENT) || undefined;
  return [request];
}

/** The same for requests that are open. */
function traceXHR(recorder: Recorder, open: WeakMap<XMLHttpRequest, Call | undefined>): void {
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
      const {_known: known, _theirs: theirs} = open.get(self)!;
      const {trace} = known;
      if (theirs || !trace) return;
      known.trace = undefined;
      // Whoever is below us may add one, and two in one header are none.
      if (isNative(original)) native.call(self, TRACEPARENT, (known.trace = trace));
    });
    return original.apply(self, args);
  });
}
