import {listen, stopAll} from '../listen.js';
import type {Recorder} from '../recorder.js';
import type {Attributes, ErrorEvent as RUMErrorEvent, ErrorSource, Page} from '../wire.js';

/** Equal errors of one page view that are reported; more say nothing new but that it loops. */
const MAX_EQUAL = 5;

/** Errors of one page view. A page that throws more is broken, and known to be. */
const MAX_ERRORS = 50;

/** Causes that are followed: `new Error('…', {cause})` may be a circle. */
const MAX_CAUSES = 5;

/** Reports what was thrown, with what else is known of it. */
export type ReportError = (thrown: unknown, known?: Partial<RUMErrorEvent>, metadata?: object) => void;

/**
 * Makes the function that turns anything thrown into an event. It reports an Error object once,
 * whoever brings it (an error boundary and then the window), and counts what the caps leave out.
 */
export function errorReporter({record, lose, page}: Pick<Recorder, 'record' | 'lose' | 'page'>): ReportError {
  const seen = new WeakSet<object>();
  let counts = new Map<string, number>();
  let total = 0;
  let counted: Page | undefined;

  return (thrown, known, metadata) => {
    if (thrown instanceof Error) {
      if (seen.has(thrown)) return;
      seen.add(thrown);
    }
    const t = performance.now();
    if (counted != page()) [counted, counts, total] = [page(), new Map(), 0];
    const error = {...describe(thrown), ...known};
    const key = error.n + error.m + (error.s || '').slice(0, 500);
    const equal = (counts.get(key) || 0) + 1;
    if (equal > MAX_EQUAL) return lose('duplicate_error');
    if (++total > MAX_ERRORS) return lose('error_cap');
    counts.set(key, equal);
    record({k: 'error', t, ...error, a: {...marks(error), ...metadata} as Attributes});
  };
}

/** Type, message and stack of anything, for anything can be thrown. */
function describe(thrown: unknown): {n: string; m: string; s?: string} {
  const error = thrown as Partial<Error> | null | undefined;
  if (!error || typeof error != 'object') return {n: typeof thrown, m: String(thrown)};
  const n = String(error.name || error.constructor?.name || 'object');
  return {n, m: 'message' in error ? String(error.message) : asText(error), s: stackWithCauses(error)};
}

function asText(value: object): string {
  try {
    return JSON.stringify(value) || String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function stackWithCauses(error: Partial<Error>): string | undefined {
  let text = error.stack || '';
  let cause = error.cause as Partial<Error> | undefined;
  for (let depth = 0; cause && depth < MAX_CAUSES; depth++) {
    text += '\nCaused by: ' + (cause.stack || String(cause));
    cause = cause.cause as Partial<Error> | undefined;
  }
  return text || undefined;
}

/**
 * Errors that are not the page's own fault, or that nobody can look into: a script of another
 * origin without CORS says only "Script error.".
 */
function marks({m, s, f}: {m: string; s?: string; f?: string}): object {
  return {
    ...(/^Script error\.?$/.test(m) && !s ? {opaque: true} : {}),
    ...(/-extension:\/\//.test((s || '') + (f || '')) ? {extension: true} : {}),
  };
}

/** Uncaught errors and unhandled rejections. Elements that do not load are not among them. */
export function errors(report: ReportError) {
  return stopAll([
    listen<ErrorEvent>(window, 'error', (event) => {
      if (!('message' in event)) return;
      const {error, message, filename, lineno, colno} = event;
      const place = {f: filename || undefined, l: lineno, c: colno};
      // Without an error object the message is all there is: "Uncaught TypeError: x is not …".
      const [, n, m] = /^(?:Uncaught )?(?:(\w*(?:Error|Exception)): )?([^]*)$/.exec(message)!;
      report(error, error == null ? {n: n || 'Error', m, ...place} : place);
    }),
    listen<PromiseRejectionEvent>(window, 'unhandledrejection', ({reason}) =>
      report(reason, {src: 'unhandledrejection' as ErrorSource}),
    ),
  ]);
}
