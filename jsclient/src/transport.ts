import {listen, safely, stopAll, type Stop} from './listen.js';
import type {FlushReason} from './recorder.js';
import {halves, MAX_BODY, serialise, split} from './split.js';
import type {Batch} from './wire.js';

/** Tries after the first one. */
const MAX_RETRIES = 3;

/** Back-off before a retry: 1, 2, 4 s, times 0.5 to 1.5 so that clients do not march in step. */
const BACKOFF_MS = 1_000;

/** Longest Retry-After that is believed; a page rarely lives longer. */
const MAX_PAUSE_MS = 300_000;

/** A request without an answer for so long counts as failed. */
const TIMEOUT_MS = 15_000;

export type TransportOptions = {
  endpoint: string;
  /** Events that may wait for a retry; past it the oldest batch is dropped as 'queue_full'. */
  maxQueue: number;
  /** Counts events that will never arrive. */
  lose: (reason: string, count: number) => void;
  debug: (...what: unknown[]) => void;
};

type Job = {batch: Batch; retries: number};

/**
 * Sends batches and sees that they arrive: in order of arrival, one at a time while the receiver
 * is in trouble. Bodies are text/plain, which spares a CORS preflight.
 */
export function transport({endpoint, maxQueue, lose, debug}: TransportOptions) {
  // Taken now: what the page or another SDK puts in its place later would measure our requests.
  const {fetch} = globalThis;
  let waiting: Job[] = [];
  let keepaliveBytes = 0;
  let pausedUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const drop = (batch: Batch, reason: string) => {
    debug('dropped', reason, batch);
    lose(reason, batch.recorded.length);
    for (const [earlier, count] of Object.entries(batch.lost || {})) lose(earlier, count);
  };

  const enqueue = (job: Job) => {
    waiting.push(job);
    let events = waiting.reduce((sum, {batch}) => sum + batch.recorded.length, 0);
    while (events > maxQueue && waiting.length > 1) {
      const {batch} = waiting.shift()!;
      events -= batch.recorded.length;
      drop(batch, 'queue_full');
    }
  };

  const wait = (ms: number) => {
    pausedUntil = Date.now() + ms;
    clearTimeout(timer);
    timer = setTimeout(next, ms);
  };

  /** Sends the oldest waiting batch; its success sends the one after it. */
  const next = () => {
    pausedUntil = 0;
    if (navigator.onLine === false) return; // 'online' calls again
    const job = waiting.shift();
    if (job) attempt(job, false);
  };

  const retry = (job: Job, reason: string, after?: number) => {
    if (navigator.onLine !== false) job.retries++;
    if (job.retries > MAX_RETRIES) drop(job.batch, reason);
    else enqueue(job);
    wait(after ?? BACKOFF_MS * 2 ** Math.max(job.retries - 1, 0) * (0.5 + Math.random()));
  };

  const answered = (job: Job, response: Response) => {
    const {status} = response;
    debug(status, job.batch);
    if (response.ok) return next();
    if (status == 408 || status == 429 || status >= 500) return retry(job, 'unavailable', retryAfter(response));
    if (status == 413 && job.batch.recorded.length > 1) {
      for (const batch of halves(job.batch)) enqueue({batch, retries: job.retries});
    } else {
      drop(job.batch, status == 413 ? 'too_large' : 'refused');
    }
    next();
  };

  const attempt = (job: Job, leaving: boolean) => {
    const {batch} = job;
    const {body, size} = serialise(batch, performance.now());
    const keepalive = keepaliveBytes + size <= MAX_BODY;
    if (leaving && !keepalive && safely(() => navigator.sendBeacon(endpoint, body))) return;
    if (keepalive) keepaliveBytes += size;
    const done = () => {
      if (keepalive) keepaliveBytes -= size;
    };
    post(fetch, endpoint, body, keepalive).then(
      (response) => (done(), answered(job, response)),
      (error) => {
        done();
        debug(error);
        // Blockers and policies that refuse keepalive requests may let a beacon through, which
        // helps only at exit: it says nothing of its fate.
        if (leaving && safely(() => navigator.sendBeacon(endpoint, body))) return;
        retry(job, 'unreachable');
      },
    );
  };

  /**
   * Sends a batch, after those that wait already. When the page is hidden or left this may be the
   * last chance, so all are tried at once; only at exit even while the receiver asked for a pause.
   */
  const send = (batch: Batch | undefined, reason: FlushReason) => {
    for (const piece of batch ? split(batch, (big) => drop(big, 'too_large')) : []) {
      enqueue({batch: piece, retries: 0});
    }
    if (reason != 'exit' && Date.now() < pausedUntil) return;
    if (reason == 'batch') next();
    else for (const job of waiting.splice(0)) attempt(job, true);
  };

  const stop: Stop = stopAll([listen(window, 'online', () => next()), () => clearTimeout(timer)]);
  return {send, stop};
}

async function post(fetch: typeof globalThis.fetch, endpoint: string, body: string, keepalive: boolean): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    body,
    keepalive,
    credentials: 'omit',
    headers: {'content-type': 'text/plain;charset=UTF-8'},
    signal: safely(() => AbortSignal.timeout(TIMEOUT_MS)),
  });
}

/** Retry-After in ms: seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function retryAfter({headers}: Response): number | undefined {
  const text = headers.get('retry-after');
  if (!text) return;
  const ms = /^\d+$/.test(text) ? +text * 1000 : Date.parse(text) - Date.now();
  return ms >= 0 ? Math.min(ms, MAX_PAUSE_MS) : undefined;
}
