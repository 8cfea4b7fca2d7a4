import type {Consent} from './options.js';
import type {NewPage} from './page.js';
import type {Stop} from './scope.js';

/** What every client has. Nothing here throws or blocks. */
export type RUMCore = {
  /** Sets the user id of later events; undefined or null removes it. */
  setUserId: (id?: string | null) => void;
  /** Sends the waiting events. */
  flush: () => void;
  /** Sets the user's consent; see the option. */
  setConsent: (consent: Consent) => void;
  /** Id of the session, to show in an error page or a support form; undefined when not kept. */
  sessionId: () => string | undefined;
  /** Sends the waiting events, then removes every listener and wrapper. initRUM may be called again. */
  stop: Stop;
};

/** What an application reports itself. Nothing here throws or blocks. */
export type Methods = {
  /** Adds tags to later events; a value of null removes a tag. */
  setTags: (tags: Record<string, string | null>) => void;
  /** Reports an error that the application caught. */
  recordError: (error: unknown, metadata?: object) => void;
  /** Reports a number. `metadata.unit` is its unit, in UCUM. */
  recordCustomMetric: (name: string, value: number, metadata?: object) => void;
  /** Reports a single occurrence: a metric of value 1 in {event}. */
  recordEvent: (name: string, attributes?: object) => void;
  /** Begins to measure an interaction. The returned function ends it and records its duration. */
  startInteraction: (name: string) => (metadata?: object) => void;
  /** Reports an interaction that took durationMs and has just ended. */
  recordInteraction: (name: string, durationMs: number, metadata?: object) => void;
  /**
   * Opens a page view, by default of the current address. If that view is already open, only its route
   * and title are set, so that a router may name an observed view.
   */
  recordPageView: (view?: NewPage) => void;
};

/** The public API of the client that initRUM gives. */
export type RUMClient = RUMCore & Methods;
