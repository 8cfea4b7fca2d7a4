import type {Recorder} from '../recorder.js';
import {inTask, type Timer} from '../scope.js';
import {serialise} from '../serialise.js';
import {REQUEST} from '../transport.js';

/** https://wicg.github.io/pending-beacon/#fetch-later — Chromium only. */
type FetchLater = (url: string, init: RequestInit) => unknown;

/** What a crash may cost, ms: what waits is left with the browser anew no more often. */
const DELAY_MS = 500;

/**
 * Leaves what waits with the browser, to be sent if this document dies without a word, as when its
 * process crashes. Each body replaces the one before; a flush takes it back. Not where a policy of the page forbids the endpoint, or
 * reports it: each attempt would be a line on the console.
 */
export function crashGuard({settings, _make: make, listen, onRecord, onFlush, onStop}: Recorder): void {
  const {fetchLater} = globalThis as {fetchLater?: FetchLater};
  if (!fetchLater) return;
  let controller: AbortController | undefined;
  let timer: Timer | undefined;
  const {endpoint} = settings;
  let forbidden = false;

  listen<SecurityPolicyViolationEvent>(window, 'securitypolicyviolation', ({blockedURI}) => {
    forbidden ||= blockedURI == endpoint;
  });

  const disarm = () => {
    clearTimeout(timer);
    timer = undefined;
    controller?.abort();
  };
  const arm = () => {
    disarm();
    const batch = !forbidden && make('peek');
    if (!batch) return;
    const {signal} = (controller = new AbortController());
    // The last, for it throws when the quota of 64 KiB is spent or the page's policy forbids it.
    fetchLater(endpoint, {...REQUEST, body: serialise(batch), signal});
  };
  onRecord(() => (timer ??= inTask(arm, DELAY_MS)));
  onFlush((reason) => {
    if (reason == 'sent') disarm();
  });
  onStop(disarm);
}
