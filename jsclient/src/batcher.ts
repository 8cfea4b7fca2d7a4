import {cleanEvent, cleanTags} from './clean.js';
import {connection} from './connection.js';
import {later} from './later.js';
import {safely} from './listen.js';
import type {Settings} from './options.js';
import {randomHex} from './random.js';
import type {FlushReason} from './recorder.js';
import type {Session} from './session.js';
import {serialise} from './split.js';
import {transport} from './transport.js';
import type {Batch, Lost, Page, Recorded, RUMEvent} from './wire.js';

declare const __VERSION__: string;

/** Who the events of a batch belong to. */
export type Identity = {session?: Session; user?: string; tags: Record<string, string>};

/** A crash may cost this much, ms: the batch for fetchLater is made anew no more often. */
const ARM_DELAY_MS = 500;

/**
 * Collects events until there are enough for a batch, or the oldest has waited long enough, and
 * sends them. Everything in a batch belongs to one session of one user.
 */
export function batcher(settings: Settings & {endpoint: string}, debug: (...what: unknown[]) => void) {
  const {endpoint, batchSize, flushIntervalMs, maxQueue, keepQuery, beforeSend} = settings;
  const identity: Identity = {user: settings.userId, tags: cleanTags(settings.tags)};
  const reads: ((reason: FlushReason) => Recorded[])[] = [];
  let pending: Recorded[] = [];
  let lost: Lost = {};
  let open = false;
  let full = false;
  let sendTimer: ReturnType<typeof setTimeout> | undefined;
  let armTimer: ReturnType<typeof setTimeout> | undefined;

  const lose = (reason: string, count = 1) => {
    lost[reason] = (lost[reason] || 0) + count;
  };
  const channel = transport({endpoint, maxQueue, lose, debug});
  const crash = later(endpoint);

  /** Cleans an event and asks the page about it. A text is the reason why it is not to be sent. */
  const admit = (event: RUMEvent): RUMEvent | string => {
    const clean = cleanEvent(event, keepQuery);
    if (!clean) return 'bad_value';
    const answer = beforeSend && safely(() => beforeSend(clean));
    return answer === false || answer === null ? 'before_send' : answer || clean;
  };

  const add = (event: RUMEvent, page: Page) => {
    if (pending.length >= maxQueue) return lose('queue_full');
    const admitted = admit(event);
    if (typeof admitted == 'string') return lose(admitted);
    debug(admitted);
    pending.push({event: admitted, page});
    schedule();
  };

  const schedule = () => {
    if (!open) return;
    if (pending.length >= batchSize && !full) {
      // In a task of its own: the code that records must not wait for it.
      full = true;
      clearTimeout(sendTimer);
      sendTimer = setTimeout(flush, 0, 'batch');
    }
    sendTimer ??= setTimeout(flush, flushIntervalMs, 'batch');
    if (crash.supported) armTimer ??= setTimeout(arm, ARM_DELAY_MS);
  };

  /** What the collectors know only when asked, then what waited. */
  const gather = (reason: FlushReason): Recorded[] => {
    const read: Recorded[] = [];
    for (const {event, page} of reads.flatMap((read) => safely(() => read(reason)) || [])) {
      const admitted = admit(event);
      if (typeof admitted != 'string') read.push({event: admitted, page});
      else if (reason != 'peek') lose(admitted);
    }
    return [...read, ...pending];
  };

  const batch = (recorded: Recorded[]): Batch => {
    const {session, user, tags} = identity;
    const {app: name, version, environment: env} = settings;
    return {
      id: randomHex(8),
      recorded,
      lost: Object.keys(lost).length ? lost : undefined,
      context: {
        t0: performance.timeOrigin,
        sdk: '@otelcol-rum/browser/' + __VERSION__,
        app: {name, version, env},
        session: {id: session!.id, rate: session!.rate},
        user,
        tags: {...tags},
        conn: connection(),
        lang: navigator.language,
      },
    };
  };

  const arm = () => {
    armTimer = undefined;
    const recorded = open ? gather('peek') : [];
    if (recorded.length) crash.arm(serialise(batch(recorded), performance.now()).body);
  };

  const flush = (reason: FlushReason) => {
    clearTimeout(sendTimer);
    sendTimer = undefined;
    full = false;
    if (!open || !identity.session?.kept) return;
    const recorded = gather(reason);
    clearTimeout(armTimer);
    armTimer = undefined;
    if (crash.supported) crash.disarm();
    pending = [];
    if (!recorded.length) return channel.send(undefined, reason);
    const made = batch(recorded);
    lost = {};
    channel.send(made, reason);
  };

  return {
    identity,
    add,
    lose,
    flush,
    onFlush: (read: (typeof reads)[number]) => void reads.push(read),
    /** Opens or closes the gate: while closed, events wait in memory and nothing is sent. */
    setOpen: (on: boolean) => {
      open = on;
      if (on && pending.length) schedule();
    },
    /** Hands over what waits and forgets it. */
    take: () => pending.splice(0),
    stop: () => {
      open = false;
      clearTimeout(sendTimer);
      clearTimeout(armTimer);
      if (crash.supported) crash.disarm();
      channel.stop();
    },
  };
}
