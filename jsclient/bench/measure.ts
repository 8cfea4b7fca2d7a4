import {setTimeout as pause} from 'node:timers/promises';
import type {Browser, Tab} from '../test/browser/drivers/driver.js';
import type {TestServer} from '../test/browser/server.js';
import {hasty, hastyClick, shop, visitShop} from '../test/browser/shop.js';
import {compare, launchTraceable, median, type Cost} from '../test/cost/cost.js';
import {headOf, pathOf, type SDK} from './sdks.js';
import type {Received, Sink} from './sink.js';

/** What the measurements need: pages on one site, a sink on another. */
export type Stand = {browser: Browser; server: TestServer; sink: Sink; sdks: SDK[]};

/** How long after a page was left something may still arrive. */
const LATE_MS = 1_500;

/** Medians of what the scripted visit costs on the wire, and what of it was reported in any visit. */
export type Wire = {
  posts: number;
  preflights: number;
  body: number;
  head: number;
  total: number;
  reports: Record<string, boolean>;
  /** The bodies themselves, by visit. */
  bodies: string[][];
};

/** Visits the shop with each SDK in turn. */
export async function measureWire(stand: Stand, sdks: SDK[], rounds: number): Promise<Map<SDK, Wire>> {
  const visits = await inTurn(sdks, rounds, (sdk) => visitOnce(stand, sdk, shop, visitShop));
  return new Map([...visits].map(([sdk, received]) => [sdk, wireOf(sdk, received)]));
}

function wireOf({inp}: SDK, visits: Received[][]): Wire {
  const middle = (of: (requests: Received[]) => number) => median(visits.map(of));
  const sum = (requests: Received[], of: (request: Received) => number) => requests.reduce((total, each) => total + of(each), 0);
  const count = (of: string) => middle((requests) => requests.filter(({method}) => method == of).length);
  const bodies = visits.map((requests) => requests.map(({text}) => text));
  const reports = (what: RegExp) => bodies.flat().some((text) => what.test(text));
  return {
    posts: count('POST'),
    preflights: count('OPTIONS'),
    body: middle((requests) => sum(requests, ({bodyBytes}) => bodyBytes)),
    head: middle((requests) => sum(requests, ({headBytes}) => headBytes)),
    total: middle((requests) => sum(requests, ({bodyBytes, headBytes}) => bodyBytes + headBytes)),
    // In the words of the page.
    reports: {
      INP: reports(inp),
      error: reports(/reading 'price'/),
      rejection: reports(/no price/),
      'console.error': reports(/no stock/),
      request: reports(/\/slow/),
      "its query's secret": reports(/token=secret/),
    },
    bodies,
  };
}

/** How often INP and the error arrive of a page that is left 100 ms after a click. */
export type Exit = {inp: number; error: number};

/** `before` is what the page has in front of the SDK. */
export async function measureExit(stand: Stand, sdks: SDK[], rounds: number, before = ''): Promise<Map<SDK, Exit>> {
  const visits = await inTurn(sdks, rounds, (sdk) => visitOnce(stand, sdk, (head) => before + head + hasty, hastyClick));
  const arrived = (received: Received[][], what: RegExp) => received.filter((visit) => visit.some(({text}) => what.test(text))).length;
  return new Map(
    [...visits].map(([sdk, received]) => [sdk, {inp: arrived(received, sdk.inp), error: arrived(received, /reading 'price'/)}]),
  );
}

/** What each SDK costs the main thread, and the page without any. */
export async function measureCost({server, sink, sdks}: Stand, rounds: number): Promise<Record<string, Cost>> {
  const candidates = Object.fromEntries(
    sdks.map((sdk) => {
      server.pages['/' + sdk.name] = shop(headOf(sdk, sink.url('cost')));
      return [sdk.name, {url: `${server.origin}/${sdk.name}`, script: pathOf(sdk)}];
    }),
  );
  server.pages['/none'] = shop('');
  const browser = await launchTraceable();
  const costs = await compare(browser, {none: {url: server.origin + '/none', script: '/no.js'}, ...candidates}, rounds);
  await browser.close();
  return costs;
}

/** Runs a measurement for each SDK in turn, so many times; its results by SDK. */
async function inTurn<Result>(sdks: SDK[], rounds: number, measure: (sdk: SDK) => Promise<Result>): Promise<Map<SDK, Result[]>> {
  const results = new Map<SDK, Result[]>(sdks.map((sdk) => [sdk, []]));
  for (let round = 0; round < rounds; round++) {
    for (const sdk of sdks) results.get(sdk)!.push(await measure(sdk));
  }
  return results;
}

let visits = 0;

/** One visit of a new visitor who leaves by going elsewhere, and all that arrived of it. */
async function visitOnce(stand: Stand, sdk: SDK, page: (head: string) => string, act: (tab: Tab, url: string) => Promise<void>) {
  const {browser, server, sink} = stand;
  const id = 'v' + String(++visits).padStart(3, '0');
  server.pages['/'] = page(headOf(sdk, sink.url(id)));
  const tab = await browser.newTab();
  await act(tab, server.origin + '/');
  await tab.open(server.origin + '/elsewhere');
  await pause(LATE_MS);
  await tab.close();
  return [...sink.of(id)];
}
