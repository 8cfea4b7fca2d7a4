import {cleanEvent} from './clean.js';
import {contextOf, surroundings, type Identity} from './context.js';
import type {Settings} from './options.js';
import {randomHex} from './random.js';
import type {FlushReason, Recorder} from './recorder.js';
import {safely, type Scope} from './scope.js';
import {transport} from './transport.js';
import type {Batch, Lost, Page, Recorded, RUMEvent} from './wire.js';

/**
 * Collects events until there are enough for a batch, or the oldest has waited long enough, and
 * sends them. Everything in a batch belongs to one session of one user. While `identity` gives
 * nothing, events wait in memory.
 */
export function batcher(
  settings: Settings,
  {listen, onStop, take}: Scope,
  identity: () => Identity | undefined,
) {
  const {endpoint, batchSize = 10, flushIntervalMs = 5_000, maxQueue = 500, keepQuery, beforeSend, debug} = settings;
  const reads: Parameters<Recorder['onFlush']>[0][] = [];
  const watchers: Parameters<Recorder['onRecord']>[0][] = [];
  let pending: Recorded[] = [];
  let lost: Lost = {};
  let full = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const lose = (reason: string, count = 1) => {
    lost[reason] = (lost[reason] || 0) + count;
    if (debug) console.debug('[rum] lost', reason, count);
  };

  /** Cleans an event and asks the page about it. */
  const admit = (event: RUMEvent, page: Page, refuse: (reason: string) => void): Recorded[] => {
    const clean = cleanEvent(event, keepQuery);
    const answer = clean && beforeSend && safely(() => beforeSend(clean));
    if (!clean) refuse('bad_value');
    else if (answer === false || answer === null) refuse('before_send');
    else return [{event: answer || clean, page}];
    return [];
  };

  const add = (event: RUMEvent, page: Page) => {
    if (pending.length >= maxQueue) return lose('queue_full');
    const admitted = admit(event, page, lose);
    if (debug) console.debug('[rum]', ...admitted);
    pending.push(...admitted);
    if (pending.length >= batchSize && !full) {
      // In a task of its own: the code that records must not wait for it.
      full = true;
      clearTimeout(timer);
      timer = setTimeout(flush, 0, 'batch');
    }
    timer ??= setTimeout(flush, flushIntervalMs, 'batch');
    for (const watch of watchers) watch();
  };

  /** What the collectors know only when asked, then what waited. */
  const gather = (reason: FlushReason): Recorded[] => {
    take();
    const pulled = reads.flatMap((read) => safely(() => read(reason)) || []);
    const refuse = reason == 'peek' ? () => {} : lose;
    return [...pulled.flatMap(({event, page}) => admit(event, page, refuse)), ...pending];
  };

  const batch = (recorded: Recorded[], who: Identity): Batch => ({
    id: randomHex(8),
    context: contextOf(who, surroundings()),
    lost: Object.keys(lost).length ? lost : undefined,
    recorded,
  });

  const send = transport({endpoint, maxQueue, lose, listen, onStop});

  const flush = (reason: FlushReason) => {
    clearTimeout(timer);
    timer = undefined;
    full = false;
    const who = identity();
    if (!who) return;
    const recorded = gather(reason);
    pending = [];
    const made = recorded.length ? batch(recorded, who) : undefined;
    if (made) lost = {};
    send(made, reason);
  };
  onStop(() => clearTimeout(timer));

  return {
    add,
    lose,
    flush,
    onFlush: (read: (typeof reads)[number]) => void reads.push(read),
    onRecord: (watch: (typeof watchers)[number]) => void watchers.push(watch),
    /** The batch that a flush would send now. */
    peek: (): Batch | undefined => {
      const who = identity();
      const recorded = who ? gather('peek') : [];
      return who && recorded.length ? batch(recorded, who) : undefined;
    },
    /** Hands over what waits and forgets it. */
    clear: () => pending.splice(0),
  };
}
