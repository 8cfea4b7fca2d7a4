import type {Call} from './collect/requests.js';
import type {ReportError} from './collect/errors.js';
import type {Settings} from './options.js';
import type {NewPage} from './page.js';
import type {Scope} from './scope.js';
import type {Measure} from './vitals/vital.js';
import type {Attributes, Batch, Context, ErrorEvent, Page, Recorded, RUMEvent} from './wire.js';

/**
 * Why a batch is made: it is full or old ('batch'), the page is hidden ('hidden') or left ('exit'), or nobody
 * sends it and the caller only wants to look ('peek'). 'sent' makes none: it says that the last one is on its
 * way, or will never be.
 */
export type FlushReason = 'batch' | 'hidden' | 'exit' | 'peek' | 'sent';

/** What is known of an error before it is recorded. */
export type ErrorKnown = Omit<ErrorEvent, 'k'> & {a?: Attributes};

export type Hooks = {
  /** Adds to what is known of an error. */
  error?: (thrown: unknown, known: ErrorKnown) => Partial<ErrorKnown>;
  /** Begins new measurements of vitals. */
  measureAnew?: Measure;
  /** Finds the request of a script that the browser's timing of a resource is of. */
  callOf?: (entry: PerformanceResourceTiming) => Call | undefined;
  /** Is told that the page did something, which may be the answer to a click. */
  answered?: () => void;
};

/** What collectors are given. Its scope ends, with all listeners and observers, on stop. */
export type Recorder = Pick<Scope, 'listen' | 'observe' | 'onStop'> & {
  settings: Settings;
  /** The session, unless it is not one of those that are kept, or consent is missing. */
  mayTell: () => object | undefined;
  /** The page view that the load of the document opened. */
  load: Page;
  /** The page view that is open now. */
  page: () => Page;
  /** It, with the unscrubbed address that it stands for. */
  view: () => {since: number; href: string};
  /** The view that was open at a time, ms after timeOrigin. */
  pageAt: (time: number) => Page;
  /** Opens a page view, begun now or at a time, and records it. */
  openPage: (view: NewPage, since?: number) => void;
  /**
   * Queues an event of the page view, by default the one that was open at its time, unless nothing is
   * collected or the view has told enough of the kind. Of events that are the `same`, a few are enough.
   */
  record: (event: RUMEvent, page?: Page, same?: string) => void;
  /** Reports anything thrown, an Error object once, with what else is known of it. */
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
  /** What collectors do for one another. */
  hooks: Hooks;
  /** What every batch says besides its events; a collector may add to it. */
  shared: Partial<Context>;
  /** The batch that would be sent now, if any; it stays queued. */
  peek: () => Batch | undefined;
};

/** Begins to collect one kind of signal. */
export type Collector = (recorder: Recorder) => void;
