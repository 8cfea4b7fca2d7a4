import type {Scope} from '../scope.js';
import {longestScript, type LongFrameEntry} from './script.js';
import type {EventEntry, EventFrame, Interaction} from './vital.js';

/** What durations of events are rounded to, and so when their frame was shown, ms. https://w3c.github.io/event-timing/ */
const ROUNDED_MS = 8;

/** Frames of events that more events may belong to: they are reported soon after one another. */
const MAX_FRAMES = 10;

/** Long animation frames in which the script of an interaction is looked for. */
const MAX_LONG_FRAMES = 200;

/**
 * Handlers of events that an input brings about and that the browser does not measure as such: they are known as
 * scripts of a long frame alone, where it knows those. https://w3c.github.io/event-timing/#sec-events-exposed
 */
const UNMEASURED = /\.on(focus|blur|change|submit|reset|select)/;

/**
 * Knows of each event the frame that showed its effect, with all events that it showed, whether they are interactions
 * or not, for it waited for their handlers too.
 */
export function eventFrames({observe}: Pick<Scope, 'observe'>) {
  const frames: EventFrame[] = [];
  const longFrames: LongFrameEntry[] = [];
  observe<LongFrameEntry>('long-animation-frame', (entry) => {
    if (longFrames.push(entry) > MAX_LONG_FRAMES) longFrames.shift();
  });

  const frameOf = ({startTime, duration, processingStart, processingEnd}: EventEntry): EventFrame => {
    const shown = startTime + duration;
    let frame = frames.findLast((frame) => Math.abs(frame._shown - shown) <= ROUNDED_MS);
    if (!frame && frames.push((frame = {_shown: shown, _ran: [processingStart, processingEnd]})) > MAX_FRAMES) frames.shift();
    const [began, ended] = frame!._ran;
    frame!._ran = [Math.min(began, processingStart), Math.max(ended, processingEnd)];
    return frame!;
  };

  /**
   * What an interaction waited for: the input, handlers, and the script that took longest. Handlers may begin before
   * it, when they are of events before, and end after its frame, when they ask the user something.
   * https://web.dev/articles/optimize-inp
   */
  const waitOf = ({_entry: {startTime, duration}, _frame: frame}: Interaction) => {
    const [began, ended] = frame!._ran;
    const during = longFrames.filter((long) => long.startTime <= frame!._shown && long.startTime + long.duration >= startTime);
    const unmeasured = during
      .flatMap(({scripts = []}) => scripts)
      .filter((script) => script.startTime >= startTime && UNMEASURED.test(script.invoker))
      .map((script) => script.startTime + script.duration);
    const processingStart = Math.max(began - startTime, 0);
    const processingEnd = Math.min(Math.max(ended, ...unmeasured) - startTime, Math.max(duration, processingStart));
    const before = during.filter((long) => long.startTime <= startTime + processingEnd);
    return {processingStart, processingEnd, script: longestScript(before, startTime)};
  };
  return {frameOf, waitOf};
}
