import type {Scope} from '../scope.js';
import type {Cause} from '../wire.js';

/** The value of a vital as it stands now: when it happened (ms after timeOrigin) and why. */
export type Reading = {v: number; t: number} & Cause;

/** The reading of what happened at a time, for a view that began at `start`; never below 0. */
export const after = (start: number, t: number): Reading => ({v: Math.max(t - start, 0), t});

/** Tells the value of a vital as it stands; undefined while there is none. */
export type Read = () => Reading | undefined;

/** What a vital needs to know of the page view that it measures. */
export type VitalView = Pick<Scope, 'observe'> & {
  /** When the user first saw the view or asked for it: 0, the activation of a prerendered page, … */
  start: number;
  /** It began when the document had been there for a while: a restore, or a soft navigation. */
  later: boolean;
  /** When the page was first hidden; paints after it are not measured. */
  firstHidden: () => number;
};

/** Begins to measure a vital of a page view. */
export type Vital = (view: VitalView, explain: Explain) => Read;

/** TTFB, FCP and LCP of a page view. */
export type Loading = [firstByte: Read | undefined, firstPaint: Read, largestPaint: Read | undefined];

/**
 * Ends the measurements of a page view and begins those of the next, which is not loaded as a document
 * is, but in a way of its own.
 */
export type Measure = (start: number, loading?: (view: VitalView, explain: Explain) => Loading) => void;

/** Says why a vital has its value. Apart from the vitals, so that who does not want it does not pay: {} explains nothing. */
export type Explain = {
  lcp?: (entry: LCPEntry, start: number) => Cause;
  /** The largest shift of a window so far, of which `before` tells. */
  cls?: (entry: LayoutShiftEntry, before?: Cause) => Cause;
  /** Merges an event into what is known of its interaction. */
  event?: (entry: EventEntry, known?: Interaction) => Omit<Interaction, 'id' | 'entry'> | undefined;
  inp?: (interaction: Interaction) => Cause;
};

/** What TypeScript's library does not know yet. https://w3c.github.io/largest-contentful-paint/ */
export type LCPEntry = PerformanceEntry & {element?: Element | null; url?: string};

/** https://wicg.github.io/layout-instability/ */
export type LayoutShiftEntry = PerformanceEntry & {
  value: number;
  hadRecentInput: boolean;
  sources?: {node?: Node | null}[];
};

/** https://w3c.github.io/event-timing/ */
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
export type Interaction = {id: number; entry: EventEntry; sel?: string; from?: number; to?: number};
