import type {Attributes} from '../events.js';
import type {Hooks, Recorder, ReportError} from '../recorder.js';
import {safely} from '../scope.js';

type UncaughtEvent = ErrorEvent & PromiseRejectionEvent;

/**
 * Makes the function that turns anything thrown into an event. It reports an Error object once,
 * whoever brings it (an error boundary and then the window).
 */
export function errorReporter(record: Recorder['record'], hooks: Hooks): ReportError {
  const seen = new WeakSet<object>();

  return (thrown, known, metadata) => {
    if (isError(thrown)) {
      if (seen.has(thrown)) return;
      seen.add(thrown);
    }
    const described = {...describe(thrown), ...known, attributes: metadata as Attributes};
    const error = {...described, ...hooks._error?.(thrown, described)};
    const {name, message, stack = ''} = error;
    record({kind: 'error', time: performance.now(), ...error}, undefined, name + ': ' + message + stack.slice(0, 500));
  };
}

/** Asking a revoked proxy throws. */
const isError = (thrown: unknown): thrown is Error => !!safely(() => thrown instanceof Error);

/**
 * A member of anything, as text if it has one: nothing has none, nor an object without prototype. A getter may throw, and of a
 * proxy that was revoked nothing can be read.
 */
export const textOf = (of: unknown, name: string): string => safely(() => String((of as Record<string, unknown>)[name] ?? '')) || '';

/** Type, message and stack of anything, for anything can be thrown. */
export function describe(thrown: unknown): {name: string; message: string; stack?: string} {
  if (typeof thrown != 'object' || !thrown) return {name: typeof thrown, message: String(thrown)};
  const [name, said, stack] = ['name', 'message', 'stack'].map((member) => textOf(thrown, member));
  // Of an object that is not an error only the keys are reported, because its values may be secrets.
  const message = said || isError(thrown) ? said : safely(() => `{${Object.keys(thrown)}}`) || '';
  return {name: name || 'object', message, stack};
}

/** What the page's inline stub caught before this script ran; see README, "Errors before the script". */
const holder: {rumErrors?: unknown} = globalThis as object;

/** Uncaught errors and unhandled rejections. Elements that do not load are not among them. */
export function errors({listen, reportError}: Recorder): void {
  const report = (event: Event) => {
    const {message, error, filename, lineno, colno, reason, timeStamp: time} = event as Partial<UncaughtEvent>;
    if ('reason' in event) reportError(reason, {time, source: 'unhandledrejection'});
    // Without a message it is of an element, or nothing is known.
    else if (message) reportError(error, {...(error ? {} : {name: 'Error', message}), time, filename, lineno, colno});
  };
  for (const type of ['error', 'unhandledrejection']) listen(window, type, report);
  // An element of the page may have the name, and anything may be in a list.
  if (Array.isArray(holder.rumErrors)) holder.rumErrors.forEach((event) => safely(() => report(event)));
  holder.rumErrors = undefined; // the stub catches no more
}
