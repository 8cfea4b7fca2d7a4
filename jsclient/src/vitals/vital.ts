import type {Scope} from '../scope.js';
import type {Cause} from '../events.js';

/** The value of a vital as it stands now: when it happened (ms after timeOrigin) and why. */
export type Reading = {value: number; time: number} & Cause;

/** The reading of what happened at a time, for a view that began at `start`; never below 0. */
export const after = (start: number, time: number): Reading => ({value: Math.max(time - start, 0), time});

/** Returns the current value of a vital; undefined while there is none. */
export type Read = () => Reading | undefined;

/** What a vital needs to know of the page view that it measures. */
export type VitalView = Scope & {
  /** When the user first saw the view or asked for it: 0, the activation of a prerendered page, … */
  _start: number;
  /** Whether what was painted at a time, in ms after timeOrigin, was seen. */
  _seen: (time: number) => boolean;
  _explain: Explain;
};

/** Begins to measure a vital of a page view. */
export type Vital = (view: VitalView) => Read;

/** The vitals of how a page view came to be. */
export type Loading = {TTFB?: Read; FCP: Read; LCP?: Read};

export type Readers = Loading & {CLS: Read; INP: Read};

/** Says why a vital has its value. Apart from the vitals, so that who does not want it does not pay: {} explains nothing. */
export type Explain = {
  _lcp?: (entry: LCPEntry, start: number) => Cause;
  /** The largest shift of a window so far; `before` describes it. */
  _cls?: (entry: LayoutShiftEntry, before?: Cause) => Cause;
  /** The frame that showed what an event did; it goes on to learn of others that it showed. */
  _event?: (entry: EventEntry) => EventFrame;
  /** Selector of what somebody acted on. */
  _target?: (entry: EventEntry) => string;
  _inp?: (interaction: Interaction) => Cause;
};

export type ExplainIn = (own: Pick<Scope, 'observe'>) => Explain;

/** What TypeScript's library does not know yet. https://w3c.github.io/largest-contentful-paint/ */
export type LCPEntry = PerformanceEntry & {element?: Element | null; id?: string; url?: string};

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

/** A frame that showed the effect of events: when, and when the first of their handlers began and the last ended. */
export type EventFrame = {_shown: number; _ran: [began: number, ended: number]};

/** One interaction: the longest of its events, the frame of that, and what was acted on. */
export type Interaction = {id: number; _entry: EventEntry; _frame?: EventFrame; _selector?: string};
