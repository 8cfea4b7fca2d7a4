import type * as Client from '../../src/index.js';
import type * as Wire from '../wire.js';
import {flushed, receiver} from '../harness.js';
import {fakeObservers} from '../observers.js';
import {describeMistake, type Wrong} from './mistake.js';
import {variant, type Edit} from './variant.js';

type Client = typeof Client;

// That of the DOM would go to the network, even after a test has ended.
if (typeof document != 'undefined') navigator.sendBeacon = () => false;

/** Everything that a browser may observe. */
const types = ['paint', 'largest-contentful-paint', 'layout-shift', 'event', 'first-input', 'resource', 'long-animation-frame'];

/** The client with these changes, as a module. */
export async function load(edits: readonly Edit[]): Promise<Client> {
  const code = await variant(edits, {entryPoints: ['src/index.ts'], format: 'iife', globalName: 'client'});
  return new Function(code + '; return client')();
}

/** What a page does with the client in question: it starts it with everything automatic. */
export type Page = {
  client: Client;
  /** Loads the page; what is stored stays from one load to the next. */
  load: (options?: Partial<Client.RUMOptions>) => Client.RUMClient;
  /** Another bundle of it on the same page. */
  bundle: () => Promise<Client>;
  /** The browser observes something; observers learn of it only when they ask. */
  happens: ReturnType<typeof fakeObservers>['happens'];
  /** What is observed now. */
  observed: () => unknown[];
};

/** A mistake that shows in a DOM without layout. */
export function mistake(name: string, wrong: Wrong, check: (page: Page) => Promise<void> | void): void {
  describeMistake(name, wrong, (edits) => load(edits).then((client) => ({client, bundle: () => load(edits)})), ({client, bundle}) => {
    let browser = fakeObservers(...types);
    return check({
      client,
      bundle,
      happens: (...what) => browser.happens(...what),
      observed: () => browser.connected(),
      load(options) {
        client.getRUM()?.stop();
        browser = fakeObservers(...types);
        return client.initRUM({endpoint: 'https://collector.example/v1/rum', ...options});
      },
    });
  });
}

/** Lets a second pass for the next batch and gives its events of a kind, oldest first. */
export async function reported<K extends Wire.RUMEvent['k']>(kind: K) {
  await flushed();
  const events = receiver.beacons.flatMap(({events}) => events);
  return events.filter(({k}) => k == kind) as Extract<Wire.RUMEvent, {k: K}>[];
}

/** What was lost on the way, as the receiver learns of it. */
export function lost(): Client.Lost {
  const sum: Client.Lost = {};
  for (const beacon of receiver.beacons)
    for (const [reason, count] of Object.entries(beacon.lost || {})) sum[reason] = (sum[reason] || 0) + count;
  return sum;
}
