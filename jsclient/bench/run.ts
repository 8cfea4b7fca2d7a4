// Measures the client beside its peers and holds it to its limits; see README.md. Exits with 1 when
// one is broken.
import {chromium} from '../test/browser/drivers/chromium.js';
import {MAX_BODY_BYTES, MAX_CPU_RATIO, MAX_LONG_TASKS, POSTS} from '../test/browser/limits.js';
import {serve} from '../test/browser/server.js';
import {bytesOf, starved} from '../test/browser/shop.js';
import {median} from '../test/cost/cost.js';
// @ts-expect-error the scripts have no types
import {BUDGETS} from '../scripts/size.mjs';
import {measureCost, measureExit, measureWire, type Stand} from './measure.js';
import {CORE, EVERYTHING, makeSDKs, REFERENCE, scriptsOf, type SDK} from './sdks.js';
import {openSink} from './sink.js';
import {bytes, ms, print, times} from './table.js';

const COST_ROUNDS = 21;
const WIRE_ROUNDS = 3;
const EXIT_ROUNDS = 6;

const sdks = await makeSDKs();
const sink = await openSink();
const server = await serve({'/elsewhere': '<p>elsewhere'}, scriptsOf(sdks));
const browser = await chromium.launch();
const stand: Stand = {browser, server, sink, sdks};
try {
  await run();
} finally {
  await browser.close();
  server.close();
  sink.close();
}

async function run(): Promise<void> {
  const everything = sdks.find(({name}) => name == EVERYTHING)!;

  print('Size, bytes; × everything', sdks.map(({name, size: {minified, gzip, brotli}}) => ({
    '': name,
    minified: bytes(minified),
    gzip: bytes(gzip),
    brotli: bytes(brotli),
    '×': times(brotli, everything.size.brotli),
  })));

  const costs = await measureCost(stand, COST_ROUNDS);
  const reference = costs[REFERENCE];
  const ratio = (name: string) => costs[name].evaluate / reference.evaluate;
  print(`Main thread, ms of CPU time, medians of ${COST_ROUNDS} loads; × ${REFERENCE}`, Object.entries(costs).map(([name, cost]) => ({
    '': name,
    'evaluate + init': ms(cost.evaluate),
    '×': times(cost.evaluate, reference.evaluate),
    'by the clock': ms(cost.blocked),
    'script, to load + 1 s': ms(cost.script),
    '× ': times(cost.script, reference.script),
    'page, to load + 1 s': ms(cost.page),
    'long tasks caused': cost.longTasks,
    'long by the clock': cost.longByClock,
  })));

  // Others report console.error as they come; ours does when asked to.
  const tag = (sink: string) => `${everything.tag!(sink)} data-console-errors`;
  const withConsole: SDK = {...everything, tag};
  const wires = await measureWire(stand, [...sdks, withConsole], WIRE_ROUNDS);
  const wire = wires.get(everything)!;
  const label = (sdk: SDK) => (sdk == withConsole ? `${sdk.name}, consoleErrors on` : sdk.name);
  print(`Wire of the scripted visit, bytes, medians of ${WIRE_ROUNDS}; × everything`, [...wires].map(([sdk, {posts, preflights, body, head, total}]) => ({
    '': label(sdk),
    POSTs: posts,
    preflights,
    bodies: bytes(body),
    headers: bytes(head),
    total: bytes(total),
    '×': times(total, wire.total),
  })));
  const mark = (said: boolean) => (said ? 'yes' : '–');
  print('What of it was reported', [...wires].map(([sdk, {reports}]) => ({
    '': label(sdk),
    ...Object.fromEntries(Object.entries(reports).map(([what, said]) => [what, mark(said)])),
  })));

  const exits = await measureExit(stand, sdks, EXIT_ROUNDS);
  const neverIdle = await measureExit(stand, sdks, EXIT_ROUNDS, starved);
  print(`Left 100 ms after a click: delivered of ${EXIT_ROUNDS}`, sdks.map((sdk) => ({
    '': sdk.name,
    INP: exits.get(sdk)!.inp,
    error: exits.get(sdk)!.error,
    'INP, never idle': neverIdle.get(sdk)!.inp,
    'error, never idle': neverIdle.get(sdk)!.error,
  })));

  const delivered = [exits, neverIdle].flatMap((of) => Object.values(of.get(everything)!)).reduce((a, b) => a + b);
  const brotli = (of: string) => sdks.find(({name}) => name == of)!.size.brotli;
  gates([
    ['core, brotli', brotli(CORE), BUDGETS.core],
    ['everything, brotli', brotli(EVERYTHING), BUDGETS.everything],
    ['bytes of the visit', median(wire.bodies.map(bytesOf)), MAX_BODY_BYTES],
    ['requests of the visit', wire.posts + wire.preflights, POSTS],
    ['core, CPU × ' + REFERENCE, ratio(CORE), MAX_CPU_RATIO],
    ['everything, CPU × ' + REFERENCE, ratio(EVERYTHING), MAX_CPU_RATIO],
    ['long tasks caused', costs[CORE].longTasks + costs[EVERYTHING].longTasks, MAX_LONG_TASKS],
    ['INP or error lost at exit', 4 * EXIT_ROUNDS - delivered, 0],
  ]);
}

/** Prints what must hold; more than the limit is a failure. */
function gates(all: [what: string, measured: number, limit: number][]): void {
  print('Limits', all.map(([what, measured, limit]) => ({
    '': what,
    measured: Number(measured.toFixed(2)).toLocaleString('en'),
    limit: limit.toLocaleString('en'),
    holds: measured <= limit ? 'yes' : 'NO',
  })));
  if (all.some(([, measured, limit]) => !(measured <= limit))) process.exitCode = 1;
}
