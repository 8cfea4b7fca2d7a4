import type {Page, RUMEvent, VitalName} from './events.js';

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
   * than before also applies to running sessions: this share of the kept ones continues.
   */
  sampleRate?: number;
  /** The application's id of the user, if it is known at once. */
  userId?: string;
  /** Names and texts that are added to every record. At most 32. */
  tags?: Record<string, string>;
  /** Prints on the console what is recorded, what is lost, and why the receiver refuses. Default false. */
  debug?: boolean;
  /** Events after which a batch is sent. Default 10. */
  batchSize?: number;
  /** Longest time that an event waits to be batched, ms. Default 5000. */
  flushIntervalMs?: number;
  /** Events held while the receiver cannot be reached; the oldest are dropped past it. Default 500. */
  maxQueue?: number;
  /** Resources that took at least this long are reported, ms. Default 100. */
  slowResourceMs?: number;
  /** Share of the slow resources that are reported, 0 to 1. Default 1. */
  resourceSampleRate?: number;
  /** Returns false for a resource that must not be reported. */
  resourceFilter?: (entry: PerformanceResourceTiming) => boolean;
  /**
   * Servers that get a `traceparent` with the requests of scripts: origins (`https://api.example`; `/` is the page's
   * own), patterns or functions of the URL. Those of other origins must allow the header in CORS, and so must the
   * target of a redirect to another origin. Default none.
   */
  traceOrigins?: TraceRule | TraceRule[] | false;
  /** Share of those traces that ask servers to record them, 0 to 1. Default 1. */
  traceSampleRate?: number;
  /**
   * Errors that are not reported: texts and patterns that are looked for in `type: message`, such as
   * 'ResizeObserver loop'. Counted as lost. Default none.
   */
  ignoreErrors?: string | RegExp | readonly (string | RegExp)[];
  /**
   * The application has a hash router: each path in the hash (`#/orders/1`) is a page view, with an address of its own. A
   * section of the page (`#section`) is none. Default false.
   */
  hash?: boolean;
  /** Query parameters whose values may stay in URLs. Default none. */
  keepQuery?: string[];
  /**
   * Called once with every event, as it will be sent, and its page. May change both. false, null or an exception drops
   * the event; true or nothing keeps it; a returned event replaces it.
   */
  beforeSend?: (event: RUMEvent, page: Page) => RUMEvent | boolean | null | void;
  /** Checks vitals against the default budgets, or these, and reports the first excess of each page view. */
  budgets?: boolean | Partial<Record<VitalName, number>>;
  /**
   * Measures FCP, LCP, CLS and INP also for route changes that the browser treats as navigations (Chromium
   * 151). Default false. If true, the vitals of a load end at the first such route change, and cannot be
   * compared with those measured without this option.
   */
  softNavigations?: boolean;
  /**
   * 'granted' (default) collects at once; 'pending' holds events in memory, without storage or
   * requests, until setConsent is called; 'denied' collects nothing until then.
   */
  consent?: Consent;
  /**
   * Treats Global Privacy Control as denied consent until setConsent is called. Default false: the
   * choice is the site's.
   */
  respectGPC?: boolean;
  /** Reports console.error calls as errors. Default false. */
  consoleErrors?: boolean;
  /** Reports violations of the Content Security Policy as errors. Default false. */
  cspViolations?: boolean;
  /** A session ends after this time without a click, a key or a navigation, ms. Default 30 min. */
  sessionInactivityMs?: number;
  /** Longest session, ms. Default 4 h. */
  sessionMaxAgeMs?: number;
} & {
  /** false turns off a signal. Default true. Used by initRUM; initRUMWith has a list of collectors. */
  [signal in 'vitals' | 'navigation' | 'routes' | 'resources' | 'requests' | 'longFrames' | 'clicks']?: boolean;
};

/** Selects URLs: an origin, a pattern, or a function. */
export type TraceRule = string | RegExp | ((url: string) => boolean);

export type Consent = 'granted' | 'pending' | 'denied';

/** Options with the endpoint as an absolute URL. Each default is in the code that reads the option. */
export type Settings = RUMOptions;
