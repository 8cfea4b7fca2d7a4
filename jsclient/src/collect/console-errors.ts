import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {wrap} from '../wrap.js';

/**
 * Calls of console.error as errors, if the page wants them. Texts and errors among the arguments
 * are reported; of other objects nothing, because they may contain secrets.
 */
export function consoleErrors(recorder: Recorder): void {
  const {settings, reportError} = recorder;
  if (!settings.consoleErrors) return;
  wrap(recorder, console, 'error', (original, self, args) => {
    original.apply(self, args);
    safely(() => {
      const error = args.find((arg) => arg instanceof Error);
      const text = args.filter((arg) => Object(arg) !== arg).join(' ');
      reportError(error || text, {source: 'manual', ...(error ? {} : {name: 'console.error'})}, {console: text});
    });
  });
}
