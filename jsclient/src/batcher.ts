import {cleanEvent} from './clean.js';
import {ofDocument} from './dom.js';
import {encode, type Batch} from './encode.js';
import type {Lost, Page, Recorded, RUMEvent} from './events.js';
import type {Settings} from './options.js';
import {randomHex} from './random.js';
import type {FlushReason, Hooks, Recorder} from './recorder.js';
import {inTask, safely, type Scope, type Timer} from './scope.js';
import {transport} from './transport.js';

/**
 * Collects events until there are enough for a batch, or the oldest has waited long enough, and
 * sends them. Everything in a batch belongs to one session of one user. While `session` returns
 * none, events wait in memory.
 */
export function batcher(
  settings: Settings,
  lifetime: Scope,
  session: () => {id: string; rate: number} | undefined,
  hooks: Hooks,
) {
  const {batchSize = 10, flushIntervalMs = 5_000, maxQueue = 500} = settings;
  const reads: Parameters<Recorder['onFlush']>[0][] = [];
  const watchers: Parameters<Recorder['onRecord']>[0][] = [];
  /** Pages of which vitals were sent. Their end is reported to the receiver. */
  const measured = new Set<Page>();
  let pending: Recorded[] = [];
  let lost: Lost | undefined;
  let id = '';
  let timer: Timer | undefined;

  const notify = (...what: unknown[]) => {
    for (const watch of watchers) safely(() => watch(...what));
  };
  const lose = (reason: string, count = 1, answer?: object) => {
    lost ||= {};
    lost[reason] = (lost[reason] || 0) + count;
    notify('lost', reason, count, answer);
  };

  /** What is sent of an event, if anything. What is looked at again, for a vital changes until it is sent, is decided and reported only once. */
  const admit = (recorded: Recorded): Recorded[] => {
    if (!recorded._sent) {
      const {event, page} = recorded;
      const kept =
        safely(() => {
          const clean = cleanEvent(event, settings.keepQuery);
          return hooks.beforeSend ? hooks.beforeSend(settings, clean, page) : clean;
        }) || 'bad_value';
      const dropped = typeof kept == 'string';
      recorded._sent = dropped ? [] : [{event: kept, page}];
      if (dropped) lose(kept);
      else notify(kept, page);
    }
    return recorded._sent;
  };

  const due = () => flush('batch');

  const wait = (recorded: Recorded) => {
    // A full batch goes in a task of its own: the code that records must not wait for it.
    if (pending.push(recorded) == batchSize) {
      clearTimeout(timer);
      timer = inTask(due);
    }
    timer ??= inTask(due, flushIntervalMs);
  };

  const ask = (reason: FlushReason): Recorded[] => reads.flatMap((read) => safely(() => read(reason)) || []);

  /** What there is to send, if anything: what the collectors know only when asked, and what waited. */
  const make = (reason: FlushReason): Batch | undefined => {
    const kept = session();
    if (!kept) return;
    lifetime._take();
    const pulled = ask(reason).flatMap(admit);
    const recorded = [...pulled, ...pending];
    // The copy that is left for a crash arrives only if the page ends.
    const over = /exit|peek/.test(reason);
    const state = over ? 'ended' : ofDocument('visibilityState');
    id ||= randomHex(16);
    const batch = recorded[0] && encode(recorded, {id, session: kept, lost, state, over: over ? measured : []}, settings, hooks);
    for (const {event, page} of recorded) if (event.kind == 'vital') measured.add(page);
    return batch;
  };

  const send = transport(settings, lifetime, lose);

  /** What was to be sent until now is sent, or never will be. */
  const forget = () => {
    pending = [];
    id = '';
    ask('sent');
  };

  const flush = (reason: FlushReason) => {
    clearTimeout(timer);
    timer = undefined;
    if (!session()) return;
    if (reason != 'batch') ask('ending');
    const made = make(reason);
    if (made) lost = undefined;
    send(made, reason);
    // Not before: Firefox stops the script of a tab that closes wherever it is, and then calls the next
    // listener, which sends the batch again under its id.
    forget();
  };
  lifetime.onStop(() => clearTimeout(timer));

  return {
    _queue(event: RUMEvent, page: Page) {
      if (pending.length >= maxQueue) lose('queue_full');
      else admit({event, page}).forEach(wait);
    },
    _wait: wait,
    lose,
    _flush: flush,
    _forget: forget,
    onFlush: (read: (typeof reads)[number]): unknown => reads.push(read),
    onRecord: (watch: (typeof watchers)[number]): unknown => watchers.push(watch),
    _make: make,
    /** Returns the waiting events and removes them. */
    _clear: () => pending.splice(0),
  };
}
