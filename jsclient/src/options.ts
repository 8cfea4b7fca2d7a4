import type {RUMEvent, VitalName} from './wire.js';

/** What the page sets. Everything but the endpoint has a default. */
export type RUMOptions = {
  /** Where batches go: the receiver's native path, e.g. https://collector.example/v1/rum. */
  endpoint: string;
  /** Application name, version and deployment environment. */
  app?: string;
  version?: string;
  environment?: string;
  /**
   * Share of sessions that are kept, 0 to 1. Default 1. At 0 and below nothing is observed or sent. A lower rate
   * than before applies to sessions that run: of those that were kept, so many go on.
   */
  sampleRate?: number;
  /** The application's id of the user, if it is known at once. */
  userId?: string;
  /** Free names and texts that every record carries. At most 32. */
  tags?: Record<string, string>;
  /** Writes to the console what is recorded and what is lost. Default false. */
  debug?: boolean;
  /** Events after which a batch is sent. Default 10. */
  batchSize?: number;
  /** Longest time that an event waits for company, ms. Default 5000. */
  flushIntervalMs?: number;
  /** Events held while the receiver cannot be reached; the oldest are dropped past it. Default 500. */
  maxQueue?: number;
  /** Resources that took at least this long are reported, ms. Default 100. */
  slowResourceMs?: number;
  /** Share of the slow resources that are reported, 0 to 1. Default 1. */
  resourceSampleRate?: number;
  /** Returns false for a resource that is not to be reported. */
  resourceFilter?: (entry: PerformanceResourceTiming) => boolean;
  /**
   * Origins, besides the page's own, whose servers get a traceparent with the requests of scripts; they
   * must allow the header in CORS. false: no server gets one. Default none besides.
   */
  traceOrigins?: string[] | false;
  /** Share of those traces that ask servers to record them, 0 to 1. Default 1. */
  traceSampleRate?: number;
  /** Query parameters whose values may stay in URLs. Default none. */
  keepQuery?: string[];
  /** Sees every event before it is queued; may change it, or drop it by returning false or null. */
  beforeSend?: (event: RUMEvent) => RUMEvent | false | null | void;
  /** Checks vitals against the default budgets, or these, and reports the first excess of each page view. */
  budgets?: boolean | Partial<Record<VitalName, number>>;
  /**
   * Measures FCP, LCP, CLS and INP anew for route changes that the browser takes for navigations, where it
   * does (Chromium 151). Default false: the vitals of a load end at the first one, and are no longer to
   * be compared with those from before.
   */
  softNavigations?: boolean;
  /**
   * 'granted' (default) collects at once; 'pending' holds events in memory, without storage or
   * requests, until setConsent is called; 'denied' collects nothing until then.
   */
  consent?: Consent;
  /**
   * Treats Global Privacy Control as denied consent until setConsent is called. Default false: the
   * choice is the site's. Read by initRUM.
   */
  respectGPC?: boolean;
  /** Reports console.error calls as errors. Default false. */
  consoleErrors?: boolean;
  /** Reports violations of the Content Security Policy as errors. Default false. */
  cspViolations?: boolean;
  /** Session without events ends after this time, ms. Default 30 min. */
  sessionInactivityMs?: number;
  /** Oldest session, ms. Default 4 h. */
  sessionMaxAgeMs?: number;
};

export type Consent = 'granted' | 'pending' | 'denied';

/** Options with the endpoint as an absolute URL. Each default stands where the option is read. */
export type Settings = RUMOptions;
