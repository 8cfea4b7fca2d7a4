import {ofElement} from '../dom.js';
import type {Attributes, RUMEvent} from '../events.js';
import type {Recorder} from '../recorder.js';
import {inTask, type Timer} from '../scope.js';
import {watchAnswers} from './answers.js';

/** So many clicks on one element within so long, none of them answered, are a user in rage. */
const RAGE_CLICKS = 3;
const RAGE_MS = 1_000;

/** A click that the page has not answered after so long is dead. */
const ANSWER_MS = 1_000;

/** An animation may be over by then. */
const GLANCE_MS = 100;

/** When a glance comes so late, the page stood still meanwhile: as a rule it asked something, by alert or confirm. */
const ASKED_MS = 500;

/** What promises an answer on this page. */
const PROMISING = 'button,summary,[role=button],[type=button],[type=submit],[type=reset],a[href]:not([href*=":"])';

/** Where people click to place the cursor or to select, again and again. */
const EDITABLE = 'input,textarea,select,[contenteditable]';

/** What is never judged, by the page's own word. */
const UNJUDGED = '[data-rum-no-answer]';

/**
 * Marks the clicks of people who click again and again without an answer, and those after which nothing happened that
 * can be seen; see `watchAnswers`. With `clicks`.
 */
export function frustration(recorder: Recorder): void {
  const {settings, record, _hooks: hooks, onFlush, onStop} = recorder;
  if (settings.clicks === false) return;
  // Clicks on one element that come after one another, without an answer.
  let last: EventTarget | undefined;
  let since: number;
  let count: number;
  let open: (RUMEvent & {attributes: Attributes}) | undefined;
  let promising: boolean;
  let timers: Timer[] = [];

  /** Records the click that waits for an answer. */
  const close = (isAnswered = true, dead?: true) => {
    if (!open) return;
    timers.forEach(clearTimeout);
    answers._end();
    if (isAnswered) last = undefined;
    else if (promising) open.attributes.dead = dead;
    record(open);
    open = undefined;
  };
  const answered = () => close();
  const answers = watchAnswers(recorder, answered);
  hooks._answered = answered;

  hooks._judge = (click, event, path) => {
    if (open) close(!!answers._found());
    const target = path[0];
    const within = (selector: string) =>
      path.some((element) => ofElement('matches', element as Element)?.call(element as Element, selector));
    const {time} = click;
    if (target != last || time - since > RAGE_MS) {
      last = target;
      since = time;
      count = 0;
    }
    promising = within(PROMISING);
    const rage = (++count == RAGE_CLICKS && (promising || !(within(EDITABLE) || getSelection()?.type == 'Range'))) || undefined;
    open = {...click, attributes: {rage}};
    // With a key held, links open in another tab.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return answered();
    if (within(UNJUDGED)) return (open.attributes = {}), answered();
    answers._begin(event, path);
    const began = performance.now();
    const glance = () => {
      if (answers._found() || performance.now() - began > ASKED_MS) answered();
    };
    timers = [inTask(glance, GLANCE_MS), inTask(() => close(!!answers._found(), true), ANSWER_MS)];
  };
  onFlush((reason) => {
    if (reason == 'ending') answered();
  });
  onStop(answered);
}
