import type {RUMEvent} from './events.js';

/**
 * Events of a kind that one page view reports; further ones are counted as lost. A page that throws more errors
 * is broken, and known to be; a gallery of slow images, an animation that stutters, a game of a thousand
 * clicks and a page that polls all day are each one fact.
 */
const MAX_OF_KIND: Record<string, number> = {error: 50, task: 50, click: 100, resource: 100, failure: 50};

/** Equal errors of one page view that are reported; more say nothing new but that it loops. */
const MAX_EQUAL = 5;

/** Requests without an answer, and with one of 400 and more, have a budget of their own: many good ones hide none. */
const budgetOf = (event: RUMEvent) =>
  event.kind == 'resource' && (event.failure || event.status! >= 400) ? 'failure' : event.kind;

/** Counts an event of a page view. Returns why the view has reported enough of these, if it has. */
export function isEnough(counts: Record<string, number>, event: RUMEvent, same?: string): string | undefined {
  const kind = budgetOf(event);
  if (same && counts[same] >= MAX_EQUAL) return 'duplicate_error';
  if (counts[kind] >= MAX_OF_KIND[kind]) return kind + '_cap';
  for (const key of [kind, same!]) counts[key] = (counts[key] || 0) + 1;
}
