import type {Additions, Batch} from './encode.js';
import type {Attributes, ErrorEvent, Page, Recorded, RUMEvent} from './events.js';
import type {Settings} from './options.js';
import type {NewPage} from './page.js';
import type {Parts} from './part.js';
import type {Scope, scope} from './scope.js';
import type {Session} from './session.js';
import type {Measured} from './vitals/measure.js';
import type {ExplainIn} from './vitals/vital.js';

/**
 * Why a batch is made: it is full or old ('batch'), the page is hidden ('hidden') or left ('exit'), or nobody
 * sends it and the caller only wants to look ('peek'). Two make none: 'sent' says that the last one is on its
 * way, or will never be, and 'ending' that a last one is to come: what is left to record is to be recorded now, for that
 * may begin a session.
 */
export type FlushReason = 'batch' | 'hidden' | 'exit' | 'peek' | 'ending' | 'sent';

/** The data of an error before it is recorded. */
export type ErrorKnown = Omit<ErrorEvent, 'kind'> & {time?: number; attributes?: Attributes};

/** Reports a thrown value, with further data. */
export type ReportError = (thrown: unknown, known?: Partial<ErrorKnown>, metadata?: object) => void;

/** A request of a script: the data that is not in the browser's timing. */
export type Call = {
  /** For finding that timing: where to, without a fragment, and since when. */
  url: string;
  _since: number;
  /** How long it took until it was answered, ms. */
  _took?: number;
  /** It has failed and was reported; a later timing adds nothing. */
  _reported?: boolean;
  /** Otherwise that timing was already reported. */
  _timed?: true;
  /** Its trace is one that somebody else gave it. */
  _theirs?: true;
  _known: {method: string; initiatorType: string; status?: number; trace?: string};
};

export type Hooks = Additions & Partial<Parts> & {
  /** Adds to what is known of an error. */
  _error?: (thrown: unknown, known: ErrorKnown) => Partial<ErrorKnown>;
  /** The vitals of the page view that is open. */
  _measured?: Measured;
  /** What says why they have their values. */
  _explainIn?: ExplainIn;
  /** Makes the observers of a page view, when not just those of `scope`. */
  _scopeOf?: typeof scope;
  /** Finds the request of a script that the browser's timing of a resource is of. */
  _callOf?: (entry: PerformanceResourceTiming) => Call | undefined;
  /** The calls of XMLHttpRequests that are open. */
  _opened?: WeakMap<XMLHttpRequest, Call | undefined>;
  /** Finds a request, gives it a trace where it is to have one, and what fetch is called with so that it carries it. */
  _traced?: (find: () => Call | undefined, original: unknown, args: unknown[]) => unknown[] | undefined;
  /** Records a click when it is known what it led to. */
  _judge?: (click: RUMEvent, event: MouseEvent, path: EventTarget[]) => void;
  /** Called when the page did something, which may be the answer to a click. */
  _answered?: () => void;
};

/** The argument of collectors. Its scope ends, with all listeners and observers, on stop. */
export type Recorder = Pick<Scope, 'listen' | 'observe' | 'onStop'> & {
  settings: Settings;
  /** The session, unless it is not one of those that are kept, or consent is missing. */
  _mayTell: () => Session | undefined;
  /** The page view that the load of the document opened. */
  _load: Page;
  /** The current page view. */
  page: () => Page;
  /** The current page view with its unscrubbed address. */
  view: () => {since: number; href: string};
  /** The view that was open at a time, ms after timeOrigin. */
  pageAt: (time: number) => Page;
  /** Opens a page view, begun now or at a time, and records it. */
  openPage: (view: NewPage, since?: number) => void;
  /**
   * Queues an event of the page view, by default the one that was open at its time, unless nothing is
   * collected or the view has reported enough of the kind. Of events that are the `same`, a few are enough.
   */
  record: (event: RUMEvent, page?: Page, same?: string) => void;
  /** Reports any thrown value, an Error object only once, with further data. */
  reportError: ReportError;
  /** Counts events that were left out on purpose. */
  lose: (reason: string, count?: number) => void;
  /**
   * Calls read whenever a batch is made, after the observers' records were taken, and with 'sent' after
   * it. What it returns goes into that batch; until 'sent' it must return the same again the next time.
   */
  onFlush: (read: (reason: FlushReason) => Recorded[] | void) => void;
  /** Calls watch with each event and its page, or with 'lost', a reason and a count. */
  onRecord: (watch: (...what: unknown[]) => void) => void;
  /** Functions that collectors provide for other collectors. */
  _hooks: Hooks;
  /** The batch that would be sent now for this reason, if any; it stays queued. */
  _make: (reason: FlushReason) => Batch | undefined;
};

/** Begins to collect one kind of signal. */
export type Collector = (recorder: Recorder) => void;
