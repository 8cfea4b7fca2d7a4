import type {Parts} from '../part.js';

/** The option `ignoreErrors`. What splits a text is in it: a text or a pattern, whatever its flags are. */
export const ignoreErrors: Parts['ignoreErrors'] = ({ignoreErrors = []}, event) =>
  event.kind == 'error' &&
  [ignoreErrors].flat().some((pattern) => `${event.name}: ${event.message}`.split(pattern)[1] != undefined) &&
  'ignored_error';
