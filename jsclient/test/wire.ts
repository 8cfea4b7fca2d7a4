/**
 * The batch as it goes over the wire, and the events in it.
 *
 * The contract is testdata/beacon/beacon.schema.json at the root of the repository; the names here
 * are short because they are sent a million times. Durations are milliseconds, times are
 * milliseconds after `t0`.
 */

export type Scalar = string | number | boolean;

/** Free attributes of one event: scalars only; what is undefined is left out. */
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

export type Vital = {k: 'vital'; n: VitalName; v: number; d?: number; id?: string; nt?: NavigationType} & Cause;

/** What caused a vital. The receiver makes attributes of it; ms, and NaN is not sent. */
export type Cause = {
  /** The element. */
  sel?: string;
  /** LCP: its URL, and when, after the view began, the first byte came, it was requested, it was there. */
  u?: string;
  fb?: number;
  rs?: number;
  re?: number;
  /** CLS: the largest shift, and when it was. */
  sv?: number;
  sa?: number;
  /** INP: type of the longest event, and when, after the input, the first handler began and the last ended. */
  it?: string;
  ps?: number;
  pe?: number;
  /** INP: the script that took longest. */
  sc?: ScriptCause;
};

/**
 * A script of a long animation frame: its URL, function and character position, what called it and how, for how
 * long, and how much of that was layout that it forced, ms.
 */
export type ScriptCause = {u?: string; n?: string; m?: string; it?: string; d?: number; cp?: number; fl?: number};

export type ErrorSource = 'error' | 'unhandledrejection' | 'manual';
export type ErrorEvent = {
  k: 'error';
  n: string;
  m: string;
  s?: string;
  src?: ErrorSource;
  f?: string;
  l?: number;
  c?: number;
};
/** `pt` are the times of NAVIGATION_TIMES, ms after t0, 0 where nothing happened. */
export type Navigation = {k: 'nav'; pt: number[]};
export type View = {k: 'view'; same?: boolean};
export type Resource = {
  k: 'resource';
  u: string;
  v: number;
  it?: string;
  ts?: number;
  es?: number;
  ds?: number;
  st?: number;
  m?: string;
  /** Why a request of a script failed, when there is no status. */
  n?: string;
  /** traceparent that a request of a script carried. */
  trace?: string;
};
export type Click = {k: 'click'; sel?: string; tag?: string};
export type Action = {k: 'action'; n: string; v: number};
/** With the script that took longest. */
export type Task = {k: 'task'; v: number; bd?: number} & ScriptCause;
export type Measure = {k: 'measure'; n: string; v: number; u?: string};
export type Budget = {k: 'budget'; n: string; v: number; b: number};
export type SessionStart = {k: 'session'};

/** One thing that happened; `t` is when, `a` is what else is known. */
export type RUMEvent = (
  | Vital
  | ErrorEvent
  | Navigation
  | View
  | Resource
  | Click
  | Action
  | Task
  | Measure
  | Budget
  | SessionStart
) & {t: number; a?: Attributes};

/** One page view: a load, a restore from the back/forward cache, or a route change. */
export type Page = {
  id: string;
  url: string;
  route?: string;
  type?: NavigationType;
  ref?: string;
  title?: string;
  trace?: string;
  state?: 'visible' | 'hidden' | 'ended';
};

/** navigator.connection, as far as the browser knows it. */
export type Connection = {type?: string; eff?: string; rtt?: number; down?: number; save?: boolean};

export type App = {name?: string; version?: string; env?: string};

/** Events dropped on the way, by reason. */
export type Lost = Record<string, number>;

/** What all events of a batch share, except for their pages. */
export type Context = {
  t0: number;
  sdk: string;
  app?: App;
  session: {id: string; rate?: number};
  user?: string;
  tags?: Record<string, string>;
  conn?: Connection;
  lang?: string;
};

/** An event that has been recorded, with the page view on which it happened. */
export type Recorded = {event: RUMEvent; page: Page};

/** What one POST holds, before it is serialised for an attempt to send it; how often that failed. */
export type Batch = {id: string; context: Context; lost?: Lost; recorded: Recorded[]; tries?: number};

/** What goes over the wire. */
export type Beacon = Context & {
  v: 1;
  id: string;
  now: number;
  lost?: Lost;
  pages: Page[];
  events: (RUMEvent & {p?: number})[];
};
