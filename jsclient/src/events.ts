/**
 * What is recorded, in the words in which collectors record it, `beforeSend` sees it and the README lists it. Where
 * the browser has a name for something, it is that. Durations are milliseconds, times milliseconds after
 * performance.timeOrigin.
 */

export type Scalar = string | number | boolean;

/** Free attributes of one event: scalars only; undefined values are left out. */
export type Attributes = Record<string, Scalar | undefined>;

export type VitalName = 'LCP' | 'INP' | 'CLS' | 'FCP' | 'TTFB';

export type NavigationType =
  | 'navigate'
  | 'reload'
  | 'back-forward'
  | 'back-forward-cache'
  | 'prerender'
  | 'restore'
  | 'soft-navigation';

/** `value` is ms; of CLS the score. `delta` is the change since it was last sent. */
export type VitalEvent = {
  kind: 'vital';
  name: VitalName;
  value: number;
  delta?: number;
  id?: string;
  navigationType?: NavigationType;
} & Cause;

/** The cause of a vital. The receiver converts it to attributes; NaN is not sent. */
export type Cause = {
  /** The element. */
  selector?: string;
  /** LCP: its URL, and when, after the view began, the first byte came, it was requested, it was there. */
  url?: string;
  firstByte?: number;
  requestStart?: number;
  responseEnd?: number;
  /** CLS: the largest shift, and when it was. */
  largestShift?: number;
  largestShiftTime?: number;
  /** INP: type of the longest event, and when, after the input, the first handler began and the last ended. */
  eventType?: string;
  processingStart?: number;
  processingEnd?: number;
  /** INP: the script that took longest. */
  script?: Script;
};

/** A script of a long animation frame: what it is, what called it and how, for how long, and how much of that was layout that it forced. */
export type Script = {
  url?: string;
  functionName?: string;
  charPosition?: number;
  invoker?: string;
  invokerType?: string;
  duration?: number;
  forcedLayout?: number;
};

/** `name` is the type, as in TypeError. */
export type ErrorEvent = {
  kind: 'error';
  name: string;
  message: string;
  stack?: string;
  source?: 'error' | 'unhandledrejection' | 'manual';
  filename?: string;
  lineno?: number;
  colno?: number;
};
/** `times` are those of NAVIGATION_TIMES, 0 where nothing happened. */
export type NavigationEvent = {kind: 'nav'; times: number[]};
export type ViewEvent = {kind: 'view'; sameDocument?: boolean};
/** `value` is how long it took. `failure` is why a request of a script has no status, `trace` the traceparent that it carried. */
export type ResourceEvent = {
  kind: 'resource';
  url: string;
  value: number;
  initiatorType?: string;
  transferSize?: number;
  encodedBodySize?: number;
  decodedBodySize?: number;
  status?: number;
  method?: string;
  failure?: string;
  trace?: string;
};
export type ClickEvent = {kind: 'click'; selector?: string; tag?: string};
/** `value` is how long it took. */
export type ActionEvent = {kind: 'action'; name: string; value: number};
/** `value` is how long it took. With the script that took longest. */
export type TaskEvent = {kind: 'task'; value: number; blockingDuration?: number} & Script;
export type MeasureEvent = {kind: 'measure'; name: string; value: number; unit?: string};
export type BudgetEvent = {kind: 'budget'; name: string; value: number; limit: number};
export type SessionEvent = {kind: 'session'};

/** One event with its time and attributes. */
export type RUMEvent = (
  | VitalEvent
  | ErrorEvent
  | NavigationEvent
  | ViewEvent
  | ResourceEvent
  | ClickEvent
  | ActionEvent
  | TaskEvent
  | MeasureEvent
  | BudgetEvent
  | SessionEvent
) & {time: number; attributes?: Attributes};

/** One page view: a load, a restore from the back/forward cache, or a route change. */
export type Page = {
  id: string;
  url: string;
  route?: string;
  type?: NavigationType;
  referrer?: string;
  title?: string;
  trace?: string;
};

/** State of a page view: it continues, nobody looks at it, or there will be no more reports of it. */
export type PageState = 'visible' | 'hidden' | 'ended';

/** navigator.connection, with the members that the browser reports. */
export type Connection = {type?: string; effectiveType?: string; rtt?: number; downlink?: number; saveData?: boolean};

/** Events dropped on the way, by reason. */
export type Lost = Record<string, number>;

/** An event that has been recorded, with the page view on which it happened. */
export type Recorded = {event: RUMEvent; page: Page; /** What is sent of it, if anything; decided once. */ _sent?: Recorded[]};

/** The session, user and application of a batch, before encoding. */
export type Identity = {
  app?: string;
  version?: string;
  environment?: string;
  userId?: string | null;
  tags?: Record<string, string | null>;
};

/** The browser's data in every batch, in the form of the wire. */
export type Surroundings = {lang?: string; conn?: {type?: string; eff?: string; rtt?: number; down?: number; save?: boolean}};
