import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';

/** Reports of one page view. */
const MAX_REPORTS = 20;

/**
 * Calls of console.error as errors, if the page wants them. Texts and errors among the arguments
 * are told; of other objects nothing, for they may hold anybody's secrets.
 */
export function consoleErrors({settings, reportError, limit, onStop}: Recorder): void {
  if (!settings.consoleErrors) return;
  const another = limit(MAX_REPORTS, 'console_cap');
  const original = console.error;
  let stopped = false;

  const wrapped = (...args: unknown[]) => {
    original.apply(console, args);
    safely(() => {
      if (stopped || !another()) return;
      const error = args.find((arg) => arg instanceof Error);
      const told = args.filter((arg) => typeof arg != 'object' && typeof arg != 'function').join(' ');
      reportError(error || told, {src: 'manual', ...(error ? {} : {n: 'console.error'})}, {console: told});
    });
  };
  console.error = wrapped;
  onStop(() => {
    stopped = true;
    // Somebody else may have wrapped ours since; theirs must stay.
    if (console.error == wrapped) console.error = original;
  });
}
