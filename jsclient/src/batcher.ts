import {cleanEvent} from './clean.js';
import {contextOf} from './context.js';
import type {Settings} from './options.js';
import {randomHex} from './random.js';
import type {FlushReason, Recorder} from './recorder.js';
import {safely, type Scope} from './scope.js';
import {transport} from './transport.js';
import type {Batch, Context, Lost, Page, Recorded, RUMEvent} from './wire.js';

/**
 * Collects events until there are enough for a batch, or the oldest has waited long enough, and
 * sends them. Everything in a batch belongs to one session of one user. While `session` gives
 * none, events wait in memory.
 */
export function batcher(
  settings: Settings,
  {listen, onStop, take}: Scope,
  session: () => {id: string; rate: number} | undefined,
) {
  const {endpoint, batchSize = 10, flushIntervalMs = 5_000, maxQueue = 500, keepQuery, beforeSend} = settings;
  const reads: Parameters<Recorder['onFlush']>[0][] = [];
  const watchers: Parameters<Recorder['onRecord']>[0][] = [];
  const shared: Partial<Context> = {};
  let pending: Recorded[] = [];
  let lost: Lost | undefined;
  let id = '';
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = (...what: unknown[]) => {
    for (const watch of watchers) watch(...what);
  };
  const lose = (reason: string, count = 1) => {
    lost ||= {};
    lost[reason] = (lost[reason] || 0) + count;
    tell('lost', reason, count);
  };

  /** Cleans an event and asks the page about it. A peek must leave no trace. */
  const admit = (event: RUMEvent, page: Page, peek?: boolean): Recorded[] => {
    const clean = cleanEvent(event, keepQuery);
    const answer = clean && safely(() => beforeSend?.(clean));
    const kept = answer === undefined ? clean : answer; // also where beforeSend threw
    if (!peek) {
      if (kept) tell(kept, page);
      else lose(clean ? 'before_send' : 'bad_value');
    }
    return kept ? [{event: kept, page}] : [];
  };

  const wait = (recorded: Recorded) => {
    pending.push(recorded);
    if (pending.length == batchSize) {
      // In a task of its own: the code that records must not wait for it.
      clearTimeout(timer);
      timer = setTimeout(flush, 0, 'batch');
    } else timer ??= setTimeout(flush, flushIntervalMs, 'batch');
  };

  const queue = (event: RUMEvent, page: Page) => {
    if (pending.length >= maxQueue) lose('queue_full');
    else admit(event, page).forEach(wait);
  };

  /** What the collectors know only when asked, then what waited. */
  const gather = (reason: FlushReason): Recorded[] => {
    take();
    const pulled = reads.flatMap((read) => safely(() => read(reason)) || []);
    const admitted = pulled.flatMap(({event, page}) => admit(event, page, reason == 'peek'));
    return [...admitted, ...pending];
  };

  /** What there is to send, if anything. */
  const make = (reason: FlushReason): Batch | undefined => {
    const kept = session();
    const recorded = kept && gather(reason);
    return recorded?.[0] && {
      id: (id ||= randomHex(8)),
      context: {...contextOf(settings, kept!, performance.timeOrigin), ...shared},
      lost,
      recorded,
    };
  };

  const send = transport({endpoint, maxQueue, lose, listen, onStop});

  /** What was to be sent until now is sent, or never will be. */
  const forget = () => {
    pending = [];
    id = '';
    for (const read of reads) safely(() => read('sent'));
  };

  const flush = (reason: FlushReason) => {
    clearTimeout(timer);
    timer = undefined;
    if (!session()) return;
    const made = make(reason);
    if (made) lost = undefined;
    send(made, reason);
    // Not before: Firefox stops the script of a tab that closes wherever it is, and then calls the next
    // listener, which sends the batch again under its id.
    forget();
  };
  onStop(() => clearTimeout(timer));

  return {
    shared,
    queue,
    wait,
    lose,
    flush,
    forget,
    onFlush: (read: (typeof reads)[number]) => void reads.push(read),
    onRecord: (watch: (typeof watchers)[number]) => void watchers.push(watch),
    /** The batch that a flush would send now. */
    peek: () => make('peek'),
    /** Hands over what waits and forgets it. */
    clear: () => pending.splice(0),
  };
}
