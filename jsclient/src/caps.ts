import type {ResourceEvent, RUMEvent} from './events.js';

/**
 * Events of a kind that one page view reports; further ones are counted as lost. A page that throws more errors
 * is broken, and known to be; a gallery of slow images, an animation that stutters, a game of a thousand
 * clicks and a page that polls all day are each one fact.
 */
const MAX_OF_KIND: Record<string, number> = {error: 50, task: 50, click: 100, resource: 100, failure: 50};

/** Equal errors of one page view that are reported; more say nothing new but that it loops. */
const MAX_EQUAL = 5;

/** Counts an event of a page view. Returns why the view has reported enough of these, if it has. */
export function isEnough(counts: Record<string, number>, event: RUMEvent, same?: string): string | undefined {
  const {kind, failure, status} = event as ResourceEvent;
  // Requests without an answer, and with one of 400 and more, have a budget of their own: many good ones hide none.
  const budget = failure || status! >= 400 ? 'failure' : kind;
  if (same && counts[same] >= MAX_EQUAL) return 'duplicate_error';
  if (counts[budget] >= MAX_OF_KIND[budget]) return budget + '_cap';
  for (const key of [budget, same!]) counts[key] = (counts[key] || 0) + 1;
}
