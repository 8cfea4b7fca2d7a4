import type {Recorder} from '../recorder.js';
import type {Attributes, ErrorEvent as RUMErrorEvent} from '../wire.js';

/** Equal errors of one page view that are reported; more say nothing new but that it loops. */
const MAX_EQUAL = 5;

/** Errors of one page view. A page that throws more is broken, and known to be. */
const MAX_ERRORS = 50;

/** Reports what was thrown, with what else is known of it. */
export type ReportError = (thrown: unknown, known?: Partial<RUMErrorEvent>, metadata?: object) => void;

/**
 * Makes the function that turns anything thrown into an event. It reports an Error object once,
 * whoever brings it (an error boundary and then the window), and counts what the caps leave out.
 */
export function errorReporter({record, limit, hooks}: Omit<Recorder, 'reportError'>): ReportError {
  const seen = new WeakSet<object>();
  const another = limit(MAX_ERRORS, 'error_cap');
  const anotherLike = limit(MAX_EQUAL, 'duplicate_error');

  return (thrown, known, metadata) => {
    if (thrown instanceof Error) {
      if (seen.has(thrown)) return;
      seen.add(thrown);
    }
    const error = {...describe(thrown), ...known};
    const {n, m, s = ''} = error;
    if (!anotherLike(n + m + s.slice(0, 500)) || !another()) return;
    const a = metadata as Attributes;
    record({k: 'error', t: performance.now(), ...error, a, ...hooks.error?.(thrown, {...error, a})});
  };
}

/** Type, message and stack of anything, for anything can be thrown. */
function describe(thrown: unknown): {n: string; m: string; s?: string} {
  const error = (thrown || {}) as Partial<Error>;
  if (typeof error != 'object' || !thrown) return {n: typeof thrown, m: String(thrown)};
  // Of an object that is no error only the keys are told: its values may be anybody's secrets.
  const m = 'message' in error ? String(error.message) : `{${Object.keys(error)}}`;
  return {n: String(error.name || 'object'), m, s: error.stack};
}

/** Uncaught errors and unhandled rejections. Elements that do not load are not among them. */
export function errors({listen, reportError}: Recorder): void {
  listen<ErrorEvent>(window, 'error', (event) => {
    const {error, message: m, filename, lineno: l, colno: c} = event;
    if (!m) return; // of an element, or nothing is known
    reportError(error, {...(error ? {} : {n: 'Error', m}), f: filename || undefined, l: l || undefined, c: c || undefined});
  });
  listen<PromiseRejectionEvent>(window, 'unhandledrejection', ({reason}) =>
    reportError(reason, {src: 'unhandledrejection'}),
  );
}
