import type {Recorder} from '../recorder.js';
import {selectorOf} from '../selector.js';
import type {Attributes, RUMEvent} from '../wire.js';

/** So many clicks on one element within so long are a user who gets no answer. */
const RAGE_CLICKS = 3;
const RAGE_MS = 1_000;

/** A click that the page has not answered after so long is dead. */
const ANSWER_MS = 1_000;

/** What promises an answer on this page. Links to elsewhere, programs and downloads need not give one. */
const PROMISING = 'button,summary,[role=button],a[href^="/"]';

/**
 * Clicks, by selector and tag: never by text, which may be personal. Marked are those of people who
 * click again and again, and those after which neither the document changed nor anything was requested,
 * scrolled or left.
 */
export function clicks({record, hooks, listen, onFlush, onStop}: Recorder): void {
  // Clicks on one element that come after one another.
  let last: EventTarget | undefined;
  let since: number;
  let count: number;
  let open: (RUMEvent & {a: Attributes}) | undefined;
  let timer: ReturnType<typeof setTimeout>;

  /** Tells the click that waits for an answer. */
  const close = (dead?: true) => {
    clearTimeout(timer);
    changes.disconnect();
    if (!open) return;
    open.a.dead = dead;
    record(open);
    open = undefined;
  };
  const answered = () => close();
  const changes = new MutationObserver(answered);
  hooks.answered = answered;

  listen<MouseEvent>(window, 'click', (event) => {
    answered();
    // In a shadow tree the event's own target is only the host.
    const target = event.composedPath()[0];
    if (!(target instanceof Element)) return;
    const t = event.timeStamp;
    if (target != last || t - since > RAGE_MS) {
      last = target;
      since = t;
      count = 0;
    }
    const rage = ++count == RAGE_CLICKS || undefined;
    open = {k: 'click', t, sel: selectorOf(target), tag: target.localName, a: {rage}};
    // With a key held, links open in another tab.
    if (event.ctrlKey || event.metaKey || !target.closest(PROMISING)) return answered();
    changes.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
    timer = setTimeout(close, ANSWER_MS, true);
  });
  listen(window, 'scroll', answered);
  onFlush((reason) => {
    if (/hidden|exit/.test(reason)) answered();
  });
  onStop(answered);
}
