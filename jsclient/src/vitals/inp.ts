import type {EventEntry, Explain, Interaction, Vital} from './vital.js';

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
    const id = entry.interactionId;
    if (!id) return;
    const known = longest.find((interaction) => interaction.id == id);
    const longer = known && known.entry.duration >= entry.duration ? known.entry : entry;
    longest = [...longest.filter((other) => other != known), {id, entry: longer, ...explain.event?.(entry, known)}]
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
export const inp: Vital = ({observe, start, later}, explain) => {
  const interactions = longestInteractions(explain);
  const countBefore = later ? interactionCount() : 0;
  for (const type of ['event', 'first-input']) observe<EventEntry>(type, interactions.add, {durationThreshold});
  return () => {
    const count = interactionCount() - countBefore;
    const interaction = interactions.representative(count);
    if (!interaction) {
      // There were interactions, all of them too short to be delivered.
      return later && count ? {v: 8, t: start} : undefined;
    }
    const {duration, startTime} = interaction.entry;
    return {v: duration, t: startTime, ...explain.inp?.(interaction)};
  };
};
