import {observe} from '../observe.js';
import type {Attributes} from '../wire.js';
import {selectorOf} from './selector.js';
import type {Reading, VitalContext, VitalSource} from './vital.js';

/** What TypeScript's library does not know yet. https://w3c.github.io/event-timing/ */
export type EventEntry = PerformanceEntry & {
  interactionId?: number;
  processingStart: number;
  processingEnd: number;
  target?: Node | null;
};

/**
 * One interaction: the longest of its events, and when the handlers of all of them ran, because
 * pointerdown, pointerup and click share an id, a frame and the wait for it.
 */
type Interaction = {id: number; entry: EventEntry; target: string; handled: [from: number, to: number]};

/**
 * Events shorter than this are not delivered: frames of 16 ms leave too many, 104 (the browser's
 * default) loses interactions that users feel. The very first input is always delivered.
 */
const DURATION_THRESHOLD_MS = 40;

/** Of every 50 interactions the worst is forgiven: INP is about the 98th percentile. */
const INTERACTIONS_PER_OUTLIER = 50;

/** Enough to know the 98th percentile of 500 interactions. */
const MAX_INTERACTIONS = 10;

/** Keeps the longest interactions. Pure, apart from naming the element. */
export function longestInteractions() {
  let longest: Interaction[] = [];

  const add = (entry: EventEntry) => {
    const {interactionId: id, processingStart, processingEnd} = entry;
    if (!id) return;
    const known = longest.find((interaction) => interaction.id == id);
    const [from, to] = known ? known.handled : [Infinity, 0];
    const interaction: Interaction = {
      id,
      entry: known && known.entry.duration >= entry.duration ? known.entry : entry,
      target: known?.target || selectorOf(entry.target),
      handled: [Math.min(from, processingStart), Math.max(to, processingEnd)],
    };
    longest = [...longest.filter((other) => other != known), interaction]
      .sort((a, b) => b.entry.duration - a.entry.duration)
      .slice(0, MAX_INTERACTIONS);
  };
  /** The interaction that stands for a page with so many of them. */
  const representative = (count: number): Interaction | undefined =>
    longest[Math.min(longest.length - 1, Math.floor(count / INTERACTIONS_PER_OUTLIER))];
  return {add, representative};
}

/** Interactions of the document so far. Chromium 96, Firefox 144, Safari 26.2. */
const interactionCount = () => (performance as {interactionCount?: number}).interactionCount || 0;

/** Interaction to Next Paint. https://web.dev/articles/inp */
export function inp({restored}: VitalContext): VitalSource | undefined {
  if (!('interactionId' in (globalThis.PerformanceEventTiming?.prototype || {}))) return;
  const interactions = longestInteractions();
  const countBefore = restored ? interactionCount() : 0;
  const since = restored ? performance.now() : 0;
  const events = observe<EventEntry>(
    ['event', 'first-input'],
    (entry) => {
      if (entry.startTime >= since) interactions.add(entry);
    },
    {durationThreshold: DURATION_THRESHOLD_MS},
  );
  return (
    events && {
      read: () => {
        events.take();
        const count = interactionCount() - countBefore;
        const interaction = interactions.representative(count);
        if (interaction) return reading(interaction);
        // There were interactions since the restore, all of them too short to be delivered.
        if (restored && count) return {v: 8, t: since};
      },
      stop: events.stop,
    }
  );
}

function reading({entry, target, handled}: Interaction): Reading {
  return {v: entry.duration, t: entry.startTime, a: {target, ...inpParts(entry, handled)}};
}

/** Where the time went: waiting for the main thread, in handlers, until the next frame. */
export function inpParts({name, startTime, duration}: EventEntry, [from, to]: [number, number]): Attributes {
  const end = Math.max(startTime + duration, from);
  const handledUntil = Math.min(to, end);
  return {
    type: name.startsWith('key') ? 'keyboard' : 'pointer',
    input_delay: Math.round(Math.max(from - startTime, 0)),
    processing_duration: Math.round(handledUntil - from),
    presentation_delay: Math.round(end - handledUntil),
  };
}
