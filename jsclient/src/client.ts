import {cleanAttributes} from './clean.js';
import type {Consent} from './options.js';
import type {NewPage} from './page.js';
import type {FlushReason, Recorder} from './recorder.js';
import {safely, type Stop} from './scope.js';
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
  flush: (reason: FlushReason) => void;
  stop: Stop;
} & Pick<RUMClient, 'setUserId' | 'setTags' | 'setConsent' | 'sessionId'>;

/**
 * The public face of a started client; without one, all methods do nothing: on a server, at
 * sampleRate 0, and where nothing can be sent.
 */
export function clientOf(parts?: Parts): RUMClient {
  const {recorder, flush, setUserId, setTags, setConsent, sessionId, stop} = parts || ({} as Parts);
  const record: Recorder['record'] = (event) => recorder.record(event);
  const now = () => performance.now();

  const client: RUMClient = {
    setUserId,
    setTags,
    recordError: (error, metadata) => recorder.reportError(error, {src: 'manual'}, metadata),
    recordCustomMetric(name, value, metadata) {
      const {unit, ...a} = (metadata || {}) as Attributes;
      record({k: 'measure', t: now(), n: name, v: value, u: unit as string, a});
    },
    recordInteraction(name, durationMs, metadata) {
      record({k: 'action', t: now() - durationMs, n: name, v: durationMs, a: metadata as Attributes});
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
  };
  // No mistake of a caller, and none of ours, is to break the page.
  for (const [name, method] of Object.entries<(...args: never[]) => unknown>(client)) {
    client[name as 'flush'] = (...args: never[]) => (parts ? safely(() => method(...args)) : undefined) as void;
  }
  return client;
}
