import type {Batch as Made} from './encode.js';
import type {Settings} from './options.js';
import {randomHex} from './random.js';
import type {FlushReason} from './recorder.js';
import {inTask, safely, type Scope, type Timer} from './scope.js';
import {MAX_BODY, serialise} from './serialise.js';

/** Tries after the first one. */
const MAX_RETRIES = 3;

/**
 * Pause after failures in a row, doubled with each: 1, 2, 4, 8 s and so on, until the receiver is hardly asked any more, for a blocked
 * one writes a red line on the page's console each time. Times 0.8 to 1.2 so that clients do not march in step.
 */
const BACKOFF_MS = 1_000;

/** Longest Retry-After that is believed; a page rarely lives longer. */
const MAX_PAUSE_MS = 300_000;

/** A request without an answer for so long counts as failed. */
const TIMEOUT_MS = 15_000;

/** Bytes that may be under way with keepalive. Browsers allow 64 KiB for all such requests and beacons of a page: half of them are the page's own. */
const MAX_KEEPALIVE = 30_000;

/**
 * Bodies are strings, which browsers send as text/plain: that spares a CORS preflight. Cookies are
 * nobody's business here, and events not that of whom somebody redirects to.
 */
export const REQUEST = {method: 'POST', credentials: 'omit', redirect: 'manual'} as const;

/** How often sending a batch has failed. What has a symbol for a name is not sent. */
const TRIES = Symbol();

type Batch = Made & {[TRIES]?: number};

const isOffline = () => navigator.onLine == false;

/**
 * Sends batches and sees that they arrive: in order, and one at a time while the receiver is in
 * trouble. The function returned takes a batch, or none to try again what waits.
 */
export function transport(
  {endpoint, maxQueue = 500}: Pick<Settings, 'endpoint' | 'maxQueue'>,
  {listen, onStop}: Pick<Scope, 'listen' | 'onStop'>,
  /** Counts events that will never arrive. */
  lose: (reason: string, count: number, answer?: object) => void,
) {
  // Taken now: what the page or another SDK puts in its place later would measure our requests.
  const {fetch} = globalThis;
  const waiting: Batch[] = [];
  let keepaliveBytes = 0;
  let pausedUntil = 0;
  let timer: Timer;
  let failures = 0; // in a row
  let status: number | undefined; // of the last answer

  const drop = ({events, lost = {}}: Batch, reason: string, answer?: object) => {
    lose(reason, events.length, answer);
    for (const [earlier, count] of Object.entries(lost)) lose(earlier, count);
  };

  const enqueue = (batch: Batch) => {
    waiting.push(batch);
    while (waiting.length > 1 && waiting.flatMap(({events}) => events).length > maxQueue) drop(waiting.shift()!, 'queue_full');
  };

  /** Sends the oldest waiting batch; its success sends the one after it. In trouble the others wait until it has an answer. */
  const next = () => {
    pausedUntil = 0;
    // 'online' calls again
    if (!waiting[0] || isOffline()) return;
    if (failures) pausedUntil = Infinity;
    attempt(waiting.shift()!, false);
  };

  const retry = (batch: Batch, reason: string, retryAfter?: string | null) => {
    const counts = +!isOffline();
    batch[TRIES] = (batch[TRIES] || 0) + counts;
    if (batch[TRIES] > MAX_RETRIES) drop(batch, reason);
    else enqueue(batch);
    // A date instead of seconds is not read: the browser's clock may be years off.
    const ms = Math.min(+retryAfter! * 1000, MAX_PAUSE_MS) || BACKOFF_MS * 2 ** failures * (0.8 + 0.4 * Math.random());
    failures += counts;
    pausedUntil = Date.now() + ms;
    clearTimeout(timer);
    timer = inTask(next, ms);
  };

  /** Sends what is too large in halves, as long as there is more than one event. */
  const cut = (batch: Batch, leaving: boolean) => {
    const {events} = batch;
    if (!events[1]) return drop(batch, 'too_large');
    attempt({...batch, id: randomHex(16), events: events.splice(0, events.length >> 1), lost: undefined}, leaving);
    attempt(batch, leaving);
  };

  const attempt = async (batch: Batch, leaving: boolean) => {
    const body = serialise(batch);
    // At most so many bytes: three of each UTF-16 unit that is not ASCII.
    const size = body.replace(/[^ -~]/g, '...').length;
    if (size > MAX_BODY) return cut(batch, leaving);
    // A beacon follows redirects: an endpoint that has redirected gets none.
    const beacon = () => leaving && status != 0 && safely(() => navigator.sendBeacon(endpoint, body));
    const keepalive = keepaliveBytes + size <= MAX_KEEPALIVE;
    if (!keepalive && beacon()) return;
    if (keepalive) keepaliveBytes += size;
    let answer: {status?: number; headers?: Headers} = {};
    try {
      // What a test double gives may be nothing.
      answer = (await fetch(endpoint, {...REQUEST, body, keepalive, signal: AbortSignal.timeout?.(TIMEOUT_MS)})) || answer;
    } catch {
      // What refuses keepalive requests may let a beacon through. Only at exit, for it says
      // nothing of its fate.
      if (beacon()) answer = {status: 200};
    }
    if (keepalive) keepaliveBytes -= size;
    status = answer.status;
    // No answer, or one that says to come again. 500 does not: the batch is what is wrong.
    if (/^(undefined|408|429|50[234])$/.test(status as unknown as string)) return retry(batch, status ? 'unavailable' : 'network', answer.headers?.get?.('retry-after'));
    failures = 0;
    if (status == 413) cut(batch, leaving);
    else if (!status || status >= 400) drop(batch, 'refused', answer);
    next();
  };

  listen(window, 'online', next);
  onStop(() => clearTimeout(timer));

  /**
   * When the page is hidden or left this may be the last chance, so all are tried at once; only at
   * exit even while the receiver asked for a pause.
   */
  return (batch: Batch | undefined, reason: FlushReason) => {
    if (batch) enqueue(batch);
    if (isOffline()) {
      // 'online' may still come, but not to a page that has been left.
      if (reason == 'exit') waiting.splice(0).forEach((batch) => drop(batch, 'offline'));
      return;
    }
    if (reason != 'exit' && Date.now() < pausedUntil) return;
    if (reason == 'batch') next();
    else for (; waiting[0]; waiting.shift()) attempt(waiting[0], true);
  };
}
