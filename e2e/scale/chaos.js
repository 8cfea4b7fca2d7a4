// make chaos: the topologies of examples/topologies as real processes, with traffic that goes on while they are killed,
// cut off and restarted. After each fault the books are compared with the answers that browsers got, and one line is printed.
//
//   node e2e/scale/chaos.js [stateless|sessions|kafka|clickhouse ...]
//
// CHAOS_SESSIONS is how many sessions visit during each fault, CHAOS_PROCESSES how many gateways and workers there are,
// CHAOS_SECONDS how long a fault lasts, CHAOS_FAULTS which there are (all), with commas between;
// CHAOS_UNTOLD is how many seconds of metrics a killed gateway may lose, more on a busy machine. Exits with 1 when something does not hold.
import { setTimeout as sleep } from 'node:timers/promises';
import { selfMetrics } from '../harness/self-metrics.js';
import { until } from '../harness/poll.js';
import { compare } from './books.js';
import { startFleet } from './fleet.js';
import { newPopulation } from './population.js';

const number = (name, otherwise) => Number(process.env[name] ?? otherwise);
const sessions = number('CHAOS_SESSIONS', 4_000);
const processes = number('CHAOS_PROCESSES', 3);
const seconds = number('CHAOS_SECONDS', 5);
const only = process.env.CHAOS_FAULTS?.split(',');
const flush = 1; // s
/** What a killed gateway has counted and not reported, in seconds: since its last delivery, for new series in the zero before it, and one for a busy machine. */
const untold = number('CHAOS_UNTOLD', 3 * flush + 1);

/** @param {Awaited<ReturnType<typeof startFleet>>} fleet */
const faults = (fleet) => ({
  nothing: { run: () => {} },
  'gateway killed': {
    kills: 1, // index of the gateway
    async run() {
      await fleet.gateways[1].kill();
      await sleep(seconds * 200);
      await fleet.gateways[1].start();
    },
  },
  'worker killed': fleet.workers.length && {
    moves: Boolean(fleet.broker),
    async run() {
      await fleet.workers[1].kill();
      await sleep(seconds * 1_000);
      await fleet.workers[1].start();
    },
  },
  'workers cut off': fleet.proxies.length && {
    async run() {
      fleet.proxies.slice(1).forEach((proxy) => proxy.cut());
      await sleep(seconds * 1_000);
      fleet.proxies.forEach((proxy) => proxy.mend());
    },
  },
  'broker is silent': fleet.broker && {
    moves: true,
    async run() {
      fleet.broker.signal('SIGSTOP');
      await sleep(seconds * 1_000);
      fleet.broker.signal('SIGCONT');
    },
  },
  'broker is away': fleet.broker && {
    moves: true,
    async run() {
      await fleet.broker.kill();
      await sleep(seconds * 1_000);
      await fleet.broker.start();
    },
  },
  'store is away': fleet.clickhouse && {
    moves: true,
    async run() {
      fleet.clickhouse.proxy.cut();
      await sleep(seconds * 1_000);
      fleet.clickhouse.proxy.mend();
    },
  },
  'store is slow': !fleet.clickhouse && {
    async run() {
      fleet.store.delay = 1_000;
      await sleep(seconds * 1_000);
      fleet.store.delay = 0;
    },
  },
  'all restarted': {
    moves: Boolean(fleet.broker),
    async run() {
      for (const each of [...fleet.workers, ...fleet.gateways]) {
        await each.stop();
        await each.start();
      }
    },
  },
  'all reloaded': {
    moves: Boolean(fleet.broker),
    async run() {
      for (const each of [...fleet.workers, ...fleet.gateways]) {
        each.signal('SIGHUP');
        await sleep(500);
      }
    },
  },
  'replicas added': {
    moves: true,
    async run() {
      if (fleet.topology !== 'stateless') await fleet.addWorker();
      await fleet.addGateway();
      if (fleet.topology !== 'sessions') return;
      for (const gateway of fleet.gateways) {
        gateway.signal('SIGHUP'); // the list of workers is another
        await sleep(500);
      }
    },
  },
});

/** Whether each gateway can say of every event what became of it. */
async function booksOf(fleet) {
  let open = 0;
  for (const gateway of fleet.gateways) {
    const own = await selfMetrics(gateway.telemetry);
    const received = own.value('otelcol_rum_receiver_events_received');
    for (const sink of ['logs', 'metrics']) open += Math.abs(received - own.value('otelcol_rum_receiver_events_refused') - own.value('otelcol_rum_receiver_sink_events', { sink }));
  }
  return open;
}

const counted = async (fleet) => ({
  page_views: await fleet.prometheus.number('sum(last_over_time(rum_page_views_total[1d]))'),
  exceptions: await fleet.prometheus.number('sum(last_over_time(rum_exceptions_total[1d]))'),
});

const columns = [
  ['topology', 10], ['fault', 17], ['sessions', 9], ['repeated', 9], ['unanswered', 11], ['lost', 5], ['again', 6], ['twice', 6], ['metrics', 16], ['allowed', 14], ['z', 6],
  ['intervals', 10], ['on two', 7], ['books', 6], ['s', 5], ['', 8],
];
const print = (cells) => console.log(cells.map((cell, i) => String(cell).padEnd(columns[i][1])).join(' ').trimEnd());

let failed = false;
const intervals = { held: 0, all: 0 };

async function chaos(topology) {
  const fleet = await startFleet(topology, { gateways: processes, workers: processes, prometheus: true, flush: `${flush}s` });
  const population = newPopulation(() => fleet.gateways);
  try {
    let before = await counted(fleet);
    for (const [name, fault] of Object.entries(faults(fleet))) {
      if (!fault || (only && !only.includes(name))) continue;
      const began = Date.now();
      let struck = Infinity;
      const sent = { ...population.totals };
      const phase = await population.visit(sessions, async () => {
        struck = Date.now();
        await fault.run();
      }, { lasts: name === 'nothing' ? 0 : seconds * 2_000 });
      const due = { page_views: population.totals.page_views - sent.page_views, exceptions: population.totals.exceptions - sent.exceptions };

      // What metrics may be short of, and beyond, by the page of the topology.
      const allowed = { page_views: [0, phase.doubtful.page_views], exceptions: [0, phase.doubtful.exceptions] };
      for (const { at, gateway, counts } of phase.taken) {
        if (gateway !== fault.kills || at < struck - untold * 1_000 || at > struck + 1_000) continue;
        for (const kind of Object.keys(counts)) allowed[kind][0] -= counts[kind];
      }
      const within = ({ page_views, exceptions }) =>
        [['page_views', page_views], ['exceptions', exceptions]].every(([kind, value]) => value >= allowed[kind][0] && value <= allowed[kind][1]);

      // All has arrived when nothing is missing that could be; then nothing more comes.
      let off, books, found;
      const state = async () => {
        const now = await counted(fleet);
        off = { page_views: now.page_views - before.page_views - due.page_views, exceptions: now.exceptions - before.exceptions - due.exceptions };
        books = await booksOf(fleet);
        found = compare(await fleet.records(), phase);
        return found.lost === 0 && books === 0 && within(off);
      };
      await until('all to arrive', state, { timeout: 120_000 }).catch(() => {});
      let arrived;
      do {
        arrived = await fleet.arrived();
        await sleep(Math.min(3, seconds) * 1_000);
      } while (arrived !== (await fleet.arrived()));
      await state();
      before = await counted(fleet);
      intervals.held += found.held, intervals.all += found.intervals;

      const holds = found.lost === 0 && found.twice === 0 && books === 0 && within(off) && Math.abs(found.z) < 4 && (fault.moves || topology === 'stateless' || found.split === 0);
      failed ||= !holds;
      print([
        topology, name, phase.sessions.length, phase.repeated, phase.unanswered, found.lost, fleet.clickhouse ? '-' : found.again, found.twice, `${signed(off.page_views)}, ${signed(off.exceptions)}`,
        `${allowed.page_views}, ${allowed.exceptions}`.replaceAll(',', ',').replace(/(-?\d+),(-?\d+), (-?\d+),(-?\d+)/, '$1…$2, $3…$4'), found.z.toFixed(1), `${found.held}/${found.intervals}`,
        topology === 'stateless' || fleet.clickhouse ? '-' : found.split, books, Math.round((Date.now() - began) / 1000), holds ? 'holds' : 'DOES NOT',
      ]);
      if (!holds) for (const each of [...fleet.gateways, ...fleet.workers]) console.log(each.output().split('\n').filter((line) => /error|warn/.test(line)).slice(-3).join('\n').slice(0, 1_500));
      fleet.store.records.clear();
    }
  } finally {
    population.close();
    await fleet.stop();
  }
}
const signed = (value) => (value > 0 ? `+${value}` : String(value));

console.log(`${processes} gateways, ${processes} workers, ${sessions} sessions of three batches in each phase; a fault lasts ${seconds} s.
repeated: batches that were sent again. unanswered: requests without an answer. lost: errors, all of which are kept, that are in no store. again: records that came more than
once, which a store folds by log.record.uid (ClickHouse does before it is asked). twice: events that are in the store twice after that. metrics: page views and errors in Prometheus, less those that were answered
with 200; allowed: what the page of the topology says that a killed gateway loses, and what the unanswered requests may have added. z: of the weighted number of page views.
intervals: those of 95 % that hold the truth. on two: sessions with records from two workers. books: events of which a gateway cannot say what became.
`);
print(columns.map(([name]) => name));
const chosen = process.argv.slice(2);
for (const topology of chosen.length ? chosen : ['stateless', 'sessions', 'kafka', 'clickhouse']) await chaos(topology);
const least = 0.95 * intervals.all - 3.5 * Math.sqrt(0.95 * 0.05 * intervals.all);
console.log(`\n${intervals.held} of ${intervals.all} intervals hold the truth (at least ${Math.max(0, Math.ceil(least))})`);
if (intervals.held < least) failed = true;
console.log(failed ? 'It does not hold.' : 'It holds.');
process.exitCode = failed ? 1 : 0;
