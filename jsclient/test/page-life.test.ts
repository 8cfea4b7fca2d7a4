import {expect, test, vi} from 'vitest';
import {getRUM, softNavigations, vitals} from '../src/index.js';
import type {Page, RUMEvent, Vital} from '../src/wire.js';
import {eventWith, flushed, pass, receiver, startClient, useHarness} from './harness.js';
import {fakeObservers} from './observers.js';

useHarness();

/** Everything that a browser with all vitals observes. */
const types = ['paint', 'largest-contentful-paint', 'layout-shift', 'event', 'first-input'];

type ToldVital = Vital & RUMEvent & {page: Page};

/** The vitals that arrived, each with its page. */
const told = (): ToldVital[] =>
  receiver.beacons.flatMap(({events, pages}) =>
    events.filter(({k}) => k == 'vital').map((event) => ({...event, page: pages[event.p || 0]}) as ToldVital),
  );

const click = (interactionId: number, startTime: number, duration: number) => ({
  name: 'click',
  interactionId,
  startTime,
  duration,
  processingStart: startTime + 1,
  processingEnd: startTime + 2,
});

test('an interaction is told of the route on which it happened, under the id of the load', async () => {
  const {happens} = fakeObservers(...types);
  startClient({}, [vitals]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  await pass(100);
  happens('event', click(1, performance.now() - 20, 104));
  await flushed();
  history.pushState(null, '', '/product/42');
  await pass(100);
  happens('event', click(2, performance.now() - 20, 304));
  await flushed();

  const inps = told().filter(({n}) => n == 'INP');
  const load = receiver.beacons[0].pages[0];
  expect(inps).toMatchObject([
    {v: 104, page: {id: load.id}},
    {v: 304, d: 200, page: {url: 'https://shop.example/product/42'}, id: load.id + '.inp', nt: 'navigate'},
  ]);
  expect(inps[0].id).toBeUndefined();
});

test('a return from the back/forward cache is a view with vitals of its own, which forget those before', async () => {
  const {happens} = fakeObservers(...types);
  vi.stubGlobal('requestAnimationFrame', (fn: () => void) => setTimeout(fn, 16));
  startClient({}, [vitals]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  happens('event', click(1, 60, 504));
  await flushed();
  await pass(1000);
  const timeStamp = performance.now();
  await pass(5);
  window.dispatchEvent(eventWith('pageshow', {persisted: true, timeStamp}));
  await pass(40);
  await flushed();

  const {pages} = receiver.beacons[1];
  expect(pages).toMatchObject([{type: 'back-forward-cache'}]);
  expect(told().slice(-4)).toMatchObject([
    {n: 'TTFB', v: 0, page: pages[0]},
    {n: 'FCP', page: pages[0]},
    {n: 'LCP', page: pages[0]},
    {n: 'CLS', v: 0, page: pages[0]},
  ]);
  expect(told().at(-2)!.v).toBeLessThan(60);
  expect(told().filter(({id}) => id)).toEqual([]);
});

test('a soft navigation has vitals of its own where the page wants them, but no first byte', async () => {
  const {happens, deliver} = fakeObservers(...types, 'soft-navigation', 'interaction-contentful-paint');
  startClient({softNavigations: true}, [vitals, softNavigations]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  happens('event', click(1, 60, 504));
  await pass(1000);
  const startTime = performance.now();
  history.pushState(null, '', '/product/42');
  await pass(200);
  const paint = (interactionId: number, after: number) =>
    happens('interaction-contentful-paint', {interactionId, largestContentfulPaint: {renderTime: startTime + after, element: null}});
  paint(6, 30); // of another interaction
  paint(7, 120); // before the browser knew what it is
  happens('soft-navigation', {name: location.href, startTime, interactionId: 7, paintTime: startTime + 90});
  deliver();
  paint(7, 180);
  happens('layout-shift', {value: 0.1, startTime: startTime + 150});
  happens('event', click(8, startTime + 200, 120));
  await flushed();

  const later = told().filter(({page}) => page.url.endsWith('/product/42'));
  expect(later.map(({n, v}) => [n, Math.round(v * 100) / 100])).toEqual([
    ['FCP', 90],
    ['LCP', 180],
    ['CLS', 0.1],
    ['INP', 120],
  ]);
  expect(later[0].page.type).toBe('soft-navigation');
  expect(told().filter(({nt}) => nt == 'soft-navigation')).toEqual([]); // each is told on its own page
  expect(told().filter(({n, page}) => n == 'INP' && page.type != 'soft-navigation').map(({v}) => v)).toEqual([504]);
});

test('unless it asks, a soft navigation changes nothing', async () => {
  const {connected} = fakeObservers(...types, 'soft-navigation');
  startClient({}, [vitals, softNavigations]);
  expect(connected()).not.toContain('soft-navigation');
});

test('stopping disconnects every observer', () => {
  const {connected} = fakeObservers(...types);
  startClient({}, [vitals]);
  expect(connected()).toHaveLength(types.length);
  getRUM()!.stop();
  expect(connected()).toEqual([]);
});
