import type {Recorder} from '../recorder.js';
import {selectorOf} from '../selector.js';

/** So many clicks on one element within so long are a user who gets no answer. */
const RAGE_CLICKS = 3;
const RAGE_MS = 1_000;

/** Clicks of one page view: a game of a thousand clicks is not about clicks. */
const MAX_CLICKS = 100;

/** Clicks, by selector and tag: never by text, which may be personal. */
export function clicks({record, limit, listen}: Recorder): void {
  const another = limit(MAX_CLICKS, 'click_cap');
  let recent: {target: EventTarget; t: number}[] = [];
  listen(window, 'click', (event) => {
    // In a shadow tree the event's own target is only the host.
    const target = event.composedPath()[0];
    if (!(target instanceof Element) || !another()) return;
    const t = event.timeStamp;
    recent = [...recent.filter((click) => click.target == target && t - click.t < RAGE_MS), {target, t}];
    const a = recent.length == RAGE_CLICKS ? {rage: true} : undefined;
    record({k: 'click', t, sel: selectorOf(target), tag: target.localName, a});
  });
}
