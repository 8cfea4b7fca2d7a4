import type {Scope} from '../scope.js';
import type {Attributes} from '../wire.js';

/** The value of a vital as it stands now: when it happened (ms after timeOrigin) and why. */
export type Reading = {v: number; t: number; a?: Attributes};

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

/**
 * Ends the measurements of a page view and begins those of the next, which has paints of its own:
 * the first and the largest.
 */
export type Measure = (start: number, paints?: (view: VitalView, explain: Explain) => [first: Read, largest: Read]) => void;

/** Says why a vital has its value. Apart from the vitals, so that who does not want it does not pay: {} explains nothing. */
export type Explain = {
  lcp?: (entry: LCPEntry, start: number) => Attributes | undefined;
  /** The largest shift of a window so far, of which `before` tells. */
  cls?: (entry: LayoutShiftEntry, before?: Attributes) => Attributes | undefined;
  /** Merges an event into what is known of its interaction. */
  event?: (entry: EventEntry, known?: Interaction) => Omit<Interaction, 'id' | 'entry'> | undefined;
  inp?: (interaction: Interaction) => Attributes | undefined;
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
export type Interaction = {id: number; entry: EventEntry; target?: string; from?: number; to?: number};
