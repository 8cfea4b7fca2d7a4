import {listen} from '../listen.js';
import type {Recorder} from '../recorder.js';
import {selectorOf} from '../vitals/selector.js';

/** So many clicks on one element within so long are a user who gets no answer. */
const RAGE_CLICKS = 3;
const RAGE_MS = 1_000;

/** Clicks, by selector and tag: never by text, which may be personal. */
export function clicks({record}: Recorder) {
  let recent: {target: EventTarget | null; t: number}[] = [];
  return listen<MouseEvent>(window, 'click', (event) => {
    // In a shadow tree the event's own target is only the host.
    const target = event.composedPath()[0];
    if (!(target instanceof Element)) return;
    const t = event.timeStamp;
    recent = [...recent.filter((click) => click.target == target && t - click.t < RAGE_MS), {target, t}];
    const rage = recent.length == RAGE_CLICKS;
    record({k: 'click', t, sel: selectorOf(target), tag: target.localName, a: rage ? {rage} : undefined});
  });
}
