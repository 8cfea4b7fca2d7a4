import {cleanAttributes} from './clean.js';
import type {Attributes} from './events.js';
import type {Consent} from './options.js';
import type {NewPage} from './page.js';
import type {FlushReason, Recorder, ReportError} from './recorder.js';
import {safely, type Stop} from './scope.js';

/** The public API of the client. Nothing here throws or blocks. */
export type RUMClient = {
  /** Sets the user id of later events; undefined or null removes it. */
  setUserId: (id?: string | null) => void;
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
  /** Sends the waiting events. */
  flush: () => void;
  /** Sets the user's consent; see the option. */
  setConsent: (consent: Consent) => void;
  /** Id of the session, to show in an error page or a support form; undefined when not kept. */
  sessionId: () => string | undefined;
  /** Sends the waiting events, then removes every listener and wrapper. initRUM may be called again. */
  stop: () => void;
};

type Parts = {
  recorder: Recorder;
  flush: (reason: FlushReason) => void;
  stop: Stop;
} & Pick<RUMClient, 'setUserId' | 'setTags' | 'setConsent' | 'sessionId'>;

/**
 * The public API of a started client. Without a started client (on a server, at sampleRate 0, or with
 * an invalid endpoint) all methods do nothing.
 */
export function clientOf(parts?: Parts): RUMClient {
  const {recorder, flush, setUserId, setTags, setConsent, sessionId, stop} = parts || ({} as Parts);
  const record: Recorder['record'] = (event) => recorder.record(event);
  const now = () => performance.now();

  const client = {
    setUserId,
    setTags,
    recordError(error, metadata) {
      const known: Parameters<ReportError>[1] = {source: 'manual'};
      // What has no stack of its own has that of the call, without our part of it where the browser can leave it out.
      if (Object(error) !== error) {
        const here = new Error();
        (Error as {captureStackTrace?: (of: object, above: unknown) => void}).captureStackTrace?.(here, client.recordError);
        known.stack = here.stack;
      }
      recorder.reportError(error, known, metadata);
    },
    recordCustomMetric(name, value, metadata) {
      const {unit, ...attributes} = (metadata || {}) as Attributes;
      record({kind: 'measure', time: now(), name, value: +value, unit: unit as string, attributes});
    },
    recordEvent(name, attributes) {
      client.recordCustomMetric(name, 1, {unit: '{event}', ...attributes});
    },
    recordInteraction(name, durationMs, metadata) {
      record({kind: 'action', time: now() - durationMs, name, value: +durationMs, attributes: metadata as Attributes});
    },
    recordPageView(view = {}) {
      if (view.url || recorder.view().href != location.href) recorder.openPage(view);
      else Object.assign(recorder.page(), cleanAttributes(view, 'texts'));
    },
    flush: () => flush('batch'),
    setConsent,
    sessionId,
    stop() {
      stop();
      parts = undefined;
    },
  } as RUMClient;
  // No mistake of a caller, and no bug here, may break the page.
  for (const [name, method] of Object.entries<(...args: never[]) => unknown>(client)) {
    client[name as 'flush'] = (...args: never[]) => (parts ? safely(() => method(...args)) : undefined) as void;
  }
  // Without a started client it gives a function too.
  client.startInteraction = (name) => {
    const start = now();
    return (metadata) => client.recordInteraction(name, now() - start, metadata);
  };
  return client;
}
