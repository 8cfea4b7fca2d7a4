import type {Recorder} from '../recorder.js';
import type {Attributes, ErrorEvent as RUMErrorEvent} from '../wire.js';

/** Reports what was thrown, with what else is known of it. */
export type ReportError = (thrown: unknown, known?: Partial<RUMErrorEvent & {t: number}>, metadata?: object) => void;

type UncaughtEvent = ErrorEvent & PromiseRejectionEvent;

/**
 * Makes the function that turns anything thrown into an event. It reports an Error object once,
 * whoever brings it (an error boundary and then the window), and counts what the caps leave out.
 */
export function errorReporter({record, hooks}: Omit<Recorder, 'reportError'>): ReportError {
  const seen = new WeakSet<object>();

  return (thrown, known, metadata) => {
    if (thrown instanceof Error) {
      if (seen.has(thrown)) return;
      seen.add(thrown);
    }
    const error = {...describe(thrown), ...known, a: metadata as Attributes};
    const {n, m, s = ''} = error;
    record({k: 'error', t: performance.now(), ...error, ...hooks.error?.(thrown, error)}, undefined, n + m + s.slice(0, 500));
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

/** What the page's inline stub caught before this script ran; see README, "Errors before the script". */
const holder: {rumErrors?: Event[]} = globalThis as object;

/** Uncaught errors and unhandled rejections. Elements that do not load are not among them. */
export function errors({listen, reportError}: Recorder): void {
  const report = (event: Event) => {
    const {message: m, error, filename: f, lineno: l, colno: c, reason, timeStamp: t} = event as Partial<UncaughtEvent>;
    if ('reason' in event) reportError(reason, {t, src: 'unhandledrejection'});
    // Without a message it is of an element, or nothing is known.
    else if (m) reportError(error, {...(error ? {} : {n: 'Error', m}), t, f, l, c});
  };
  for (const type of ['error', 'unhandledrejection']) listen(window, type, report);
  holder.rumErrors?.forEach(report);
  holder.rumErrors = undefined; // the stub catches no more
}
