import type {Identity} from './batcher.js';
import type {ReportError} from './collect/errors.js';
import {cleanTags, cleanText} from './clean.js';
import {safely, type Stop} from './listen.js';
import type {Consent} from './options.js';
import type {NewPage, PageViews} from './page.js';
import type {FlushReason, Recorder} from './recorder.js';
import type {Attributes} from './wire.js';

/** The client that the page talks to. Nothing here throws or blocks. */
export type RUMClient = {
  /** Names the user from now on; nothing or null forgets. */
  setUserId: (id?: string | null) => void;
  /** Adds tags to the events that follow; null as a value takes one away. */
  setTags: (tags: Record<string, string | null>) => void;
  /** Reports an error that the application caught. */
  recordError: (error: unknown, metadata?: object) => void;
  /** Reports a number. `metadata.unit` is its unit, in UCUM. */
  recordCustomMetric: (name: string, value: number, metadata?: object) => void;
  /** Reports an interaction that took durationMs and has just ended. */
  recordInteraction: (name: string, durationMs: number, metadata?: object) => void;
  /**
   * Opens a page view, by default of the current address. If that is open already, it only learns
   * its route and title, so that a router may name what was observed.
   */
  recordPageView: (view?: NewPage) => void;
  /** Sends what waits. */
  flush: () => void;
  /** Gives or takes the user's consent; see the option. */
  setConsent: (consent: Consent) => void;
  /** Id of the session, to show in an error page or a support form; undefined when not kept. */
  sessionId: () => string | undefined;
  /** Sends what waits, then removes every listener and wrapper. initRUM may be called again. */
  stop: () => void;
};

type Parts = {
  recorder: Recorder;
  identity: Identity;
  pages: PageViews;
  reportError: ReportError;
  flush: (reason: FlushReason) => void;
  setConsent: (consent: Consent) => void;
  stop: Stop;
};

/** The public face of a started client. */
export function clientOf({recorder, identity, pages, reportError, flush, setConsent, stop}: Parts): RUMClient {
  const {record, openPage} = recorder;
  const now = () => performance.now();

  return guarded({
    setUserId(id) {
      const user = id ? cleanText(id, 200) : undefined;
      // From nobody to somebody is a login: what waits is theirs too. Any other change is not.
      if (identity.user && identity.user != user) flush('batch');
      identity.user = user;
    },
    setTags(tags) {
      if (Object.keys(tags).some((key) => key in identity.tags && identity.tags[key] != tags[key])) flush('batch');
      identity.tags = cleanTags({...identity.tags, ...tags});
    },
    recordError: (error, metadata) => reportError(error, {src: 'manual'}, metadata),
    recordCustomMetric(name, value, metadata) {
      const {unit, ...a} = (metadata || {}) as Attributes;
      if (name == 'budget_exceeded' && 'budget' in a) {
        record({k: 'budget', t: now(), n: String(a.metric), v: a.value as number, b: a.budget as number});
      } else {
        record({k: 'measure', t: now(), n: String(name), v: value, u: unit as string, a});
      }
    },
    recordInteraction(name, durationMs, metadata) {
      record({k: 'action', t: now() - durationMs, n: String(name), v: durationMs, a: metadata as Attributes});
    },
    recordPageView(view = {}) {
      if (view.url || pages.href() != location.href) return openPage(view);
      Object.assign(pages.current(), view);
    },
    flush: () => flush('batch'),
    setConsent,
    sessionId: () => (identity.session?.kept ? identity.session.id : undefined),
    stop() {
      flush('exit');
      stop();
    },
  });
}

/** No mistake of a caller, and none of ours, is to break the page. */
function guarded<T extends Record<string, (...args: never[]) => unknown>>(methods: T): T {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    (...args: never[]) => safely(() => method(...args)),
  ]);
  return Object.fromEntries(wrapped) as T;
}

/** A client that does nothing: on a server, at sampleRate 0, and where nothing can be sent. */
export const inert: RUMClient = {
  setUserId() {},
  setTags() {},
  recordError() {},
  recordCustomMetric() {},
  recordInteraction() {},
  recordPageView() {},
  flush() {},
  setConsent() {},
  sessionId: () => undefined,
  stop() {},
};
