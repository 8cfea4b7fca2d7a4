import {cleanEvent} from '../clean.js';
import type {RUMEvent} from '../events.js';
import type {Parts} from '../part.js';
import {safely} from '../scope.js';

/** The option `beforeSend`. */
export const beforeSend: Parts['beforeSend'] = (settings, clean, page) => {
  const {beforeSend, keepQuery} = settings;
  if (!beforeSend || !clean) return clean;
  let answer: unknown = false; // if it throws: it may have been about to take something out
  // What it records itself is sent as it is, or each event would bring another.
  settings.beforeSend = undefined;
  safely(() => (answer = beforeSend(clean, page)));
  settings.beforeSend = beforeSend;
  if (answer === false || answer === null) return 'before_send';
  // true keeps the event, as elsewhere, and so does what is no event: a promise comes too late.
  return safely(() => cleanEvent((answer as RUMEvent | undefined)?.kind ? (answer as RUMEvent) : clean, keepQuery));
};
