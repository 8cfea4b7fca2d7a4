import type {EventEntry, Explain, Interaction, Reading, VitalView} from './vital.js';

/**
 * Events shorter than this are not delivered: frames of 16 ms leave too many, 104 (the browser's
 * default) loses interactions that users feel. The very first input is always delivered.
 */
const durationThreshold = 40;

/** Of every 50 interactions the worst is forgiven: INP is about the 98th percentile. */
const INTERACTIONS_PER_OUTLIER = 50;

/** Enough to know the 98th percentile of 500 interactions. */
const MAX_INTERACTIONS = 10;

/** Keeps the longest interactions. Pure, apart from what explain sees in the entries. */
export function longestInteractions(explain: Explain) {
  let longest: Interaction[] = [];

  const add = (entry: EventEntry) => {
    // Before the rest: events that are no interaction may be what the next frame waits for.
    const frame = explain._event?.(entry);
    const id = entry.interactionId;
    if (!id) return;
    const known = longest.find((interaction) => interaction.id == id);
    const longer = known && known._entry.duration >= entry.duration ? known : {_entry: entry, _frame: frame};
    longest = [...longest.filter((other) => other != known), {...longer, id, _selector: known?._selector || explain._target?.(entry)}]
      .sort((a, b) => b._entry.duration - a._entry.duration)
      .slice(0, MAX_INTERACTIONS);
  };
  /** The interaction that stands for a page with so many of them. */
  const representative = (count: number): Interaction | undefined =>
    longest[Math.floor(count / INTERACTIONS_PER_OUTLIER)] || longest.at(-1);
  return {add, _representative: representative};
}

/** Interactions of the document so far. Chromium 96, Firefox 144, Safari 26.2. */
export const interactionCount = () => (performance as {interactionCount?: number}).interactionCount || 0;

/** Interaction to Next Paint; `before` are the interactions before the view. https://web.dev/articles/inp */
export const inp = ({observe, _explain: explain}: VitalView, before = 0) => {
  const interactions = longestInteractions(explain);
  for (const type of ['event', 'first-input']) observe<EventEntry>(type, interactions.add, {durationThreshold});
  return (): Reading | undefined => {
    const interaction = interactions._representative(interactionCount() - before);
    if (!interaction) return;
    const {duration, startTime} = interaction._entry;
    return {value: duration, time: startTime, ...explain._inp?.(interaction)};
  };
};
