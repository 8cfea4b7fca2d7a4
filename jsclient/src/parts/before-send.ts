import {cleanEvent} from '../clean.js';
import type {RUMEvent} from '../events.js';
import type {Parts} from '../part.js';
import {safely} from '../scope.js';

/** What beforeSend itself records is sent as it is, or each event would bring another. */
let isAsked = false;

/** The option `beforeSend`. */
export const beforeSend: Parts['beforeSend'] = ({beforeSend, keepQuery}, clean, page) => {
  if (!beforeSend || !clean || isAsked) return clean;
  isAsked = true;
  let answer: unknown = false; // if it throws: it may have been about to take something out
  safely(() => (answer = beforeSend(clean, page)));
  isAsked = false;
  if (answer === false || answer === null) return 'before_send';
  // true keeps the event, as elsewhere, and so does what is no event: a promise comes too late.
  return safely(() => cleanEvent((answer as RUMEvent | undefined)?.kind ? (answer as RUMEvent) : clean, keepQuery));
};
