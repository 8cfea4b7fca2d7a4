import {expect, test, vi} from 'vitest';
import {crashGuard, getRUM, plainVitals, restores, softNavigations, vitals} from '../src/index.js';
import type {Page, RUMEvent, Vital} from './wire.js';
import {eventWith, flushed, hide, pass, receiver, startClient, useHarness} from './harness.js';
import {fakeNavigation, fakeObservers} from './observers.js';

useHarness();

/** Everything that a browser with all vitals observes. */
const types = ['paint', 'largest-contentful-paint', 'layout-shift', 'event', 'first-input'];

type ReportedVital = Vital & RUMEvent & {page: Page};

/** The vitals that arrived, each with its page. */
const reported = (): ReportedVital[] =>
  receiver.beacons.flatMap(({events, pages}) =>
    events.filter(({k}) => k == 'vital').map((event) => ({...event, page: pages[event.p || 0]}) as ReportedVital),
  );

const click = (interactionId: number, startTime: number, duration: number) => ({
  name: 'click',
  interactionId,
  startTime,
  duration,
  processingStart: startTime + 1,
  processingEnd: startTime + 2,
});

test('an interaction is reported with the route on which it happened, under the id of the load', async () => {
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

  const inps = reported().filter(({n}) => n == 'INP');
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
  await pass(50);
  fakeNavigation({});
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
  expect(reported().slice(-4)).toMatchObject([
    {n: 'TTFB', v: 0, page: pages[0]},
    {n: 'FCP', page: pages[0]},
    {n: 'LCP', page: pages[0]},
    {n: 'CLS', v: 0, page: pages[0]},
  ]);
  expect(reported().at(-2)!.v).toBeLessThan(60);
  expect(reported().filter(({id}) => id)).toEqual([]);
});

test('what was measured in a session that is not kept is never reported in one that is: a page that stays open counts once', async () => {
  const {happens} = fakeObservers(...types);
  fakeNavigation({});
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.9);
  const client = startClient({sampleRate: 0.5}, [vitals]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  await flushed();
  random.mockReturnValue(0.1);
  await pass(31 * 60_000);
  client.recordCustomMetric('x', 1);
  happens('event', click(1, performance.now() - 20, 104));
  await flushed();
  hide();
  await pass(0);
  expect(receiver.beacons.flatMap(({events}) => events.map(({k}) => k))).toEqual(['session', 'measure']);

  hide('visible');
  window.dispatchEvent(eventWith('pageshow', {persisted: true}));
  await pass(100);
  happens('event', click(2, performance.now() - 20, 56));
  await flushed();
  expect(reported().filter(({n}) => n == 'INP')).toMatchObject([{v: 56, page: {type: 'back-forward-cache'}}]);
});

test('plain vitals end when the page is left; with `restores` they begin anew when it comes back', async () => {
  const values = async (more: Parameters<typeof startClient>[1]) => {
    const {happens} = fakeObservers(...types);
    vi.stubGlobal('requestAnimationFrame', (fn: () => void) => setTimeout(fn, 16));
    startClient({}, [plainVitals, ...more!]);
    happens('paint', {name: 'first-contentful-paint', startTime: 50});
    happens('layout-shift', {value: 0.1, startTime: 60});
    window.dispatchEvent(new Event('pagehide'));
    await pass(10);
    receiver.beacons = [];
    const timeStamp = performance.now();
    window.dispatchEvent(eventWith('pageshow', {persisted: true, timeStamp}));
    await pass(40);
    happens('layout-shift', {value: 0.2, startTime: timeStamp + 30});
    await flushed();
    getRUM()!.stop();
    return reported().map(({n, v}) => n + (n == 'CLS' ? v : ''));
  };
  expect(await values([])).toEqual([]);
  expect(await values([restores])).toEqual(expect.arrayContaining(['FCP', 'CLS0.2']));
});

test('with two collectors of vitals in the list each vital is reported once, and nothing observes after stop', async () => {
  const {happens, connected} = fakeObservers(...types);
  const client = startClient({}, [vitals, plainVitals]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  happens('layout-shift', {value: 0.1, startTime: 60});
  await flushed();
  expect(reported().map(({n}) => n)).toEqual(['FCP', 'CLS']);
  client.stop();
  expect(connected()).toEqual([]);
});

test('a soft navigation has vitals of its own where the page wants them, but no first byte', async () => {
  const {happens, deliver} = fakeObservers(...types, 'soft-navigation', 'interaction-contentful-paint');
  startClient({softNavigations: true}, [softNavigations, vitals]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  happens('event', click(1, 60, 504));
  await pass(1000);
  const startTime = performance.now();
  history.pushState(null, '', '/product/42');
  await pass(200);
  const paint = (interactionId: number, after: number) =>
    happens('interaction-contentful-paint', {interactionId, largestContentfulPaint: {renderTime: startTime + after, element: null}});
  paint(6, 30); // of another interaction
  const before = () => ({interactionId: 7, largestContentfulPaint: {renderTime: startTime + 120, element: null}});
  happens('soft-navigation', {
    ...{name: location.href, startTime, interactionId: 7, paintTime: startTime + 90, getLargestInteractionContentfulPaint: before},
  });
  deliver();
  await flushed();
  paint(7, 180);
  happens('layout-shift', {value: 0.1, startTime: startTime + 150});
  happens('event', click(8, startTime + 200, 120));
  await flushed();

  const later = reported().filter(({page}) => page.url.endsWith('/product/42'));
  expect(later.map(({n, v}) => [n, Math.round(v * 100) / 100])).toEqual([
    ['FCP', 90],
    ['LCP', 120],
    ['CLS', 0],
    ['LCP', 180],
    ['CLS', 0.1],
    ['INP', 120],
  ]);
  expect(later[0].page.type).toBe('soft-navigation');
  expect(reported().filter(({nt}) => nt == 'soft-navigation')).toEqual([]); // each is reported on its own page
  expect(reported().filter(({n, page}) => n == 'INP' && page.type != 'soft-navigation').map(({v}) => v)).toEqual([504]);
});

test('soft navigations that open no view have measurements of their own all the same, and so has the load', async () => {
  const {happens, deliver} = fakeObservers(...types, 'soft-navigation', 'interaction-contentful-paint');
  startClient({softNavigations: true}, [softNavigations, vitals]);
  happens('largest-contentful-paint', {startTime: 80});
  await flushed();
  for (const interactionId of [7, 8]) {
    await pass(1000);
    const startTime = performance.now();
    await pass(100);
    happens('soft-navigation', {name: location.href, startTime, interactionId, paintTime: startTime + 90});
    deliver();
    happens('interaction-contentful-paint', {interactionId, largestContentfulPaint: {renderTime: startTime + 40, element: null}});
    await flushed();
  }
  const load = receiver.beacons[0].pages[0].id;
  const paints = reported().filter(({n}) => n == 'LCP').map(({id, nt, v, page}) => [page.id, id, nt, Math.round(v)]);
  expect(paints).toEqual([
    [load, undefined, undefined, 80],
    [load, load + '.1.lcp', 'soft-navigation', 40],
    [load, load + '.2.lcp', 'soft-navigation', 40],
  ]);
});

test('a change of the hash within a view moves nothing of before into it', async () => {
  const {happens, deliver} = fakeObservers(...types, 'soft-navigation', 'interaction-contentful-paint');
  startClient({softNavigations: true}, [softNavigations, vitals]);
  await pass(1000);
  history.pushState(null, '', '/product/42');
  const opened = performance.now();
  await pass(1000);
  const startTime = performance.now();
  await pass(100);
  history.replaceState(null, '', '/product/42#sizes');
  happens('event', click(1, opened + 100, 304));
  happens('soft-navigation', {name: location.href, startTime, interactionId: 2, paintTime: startTime + 90});
  deliver();
  await flushed();
  expect(reported().filter(({n}) => n == 'INP')).toMatchObject([{v: 304, page: {url: 'https://shop.example/product/42'}}]);
});

test('a soft navigation from before this script ends the vitals of the load where it began', async () => {
  const {happens} = fakeObservers(...types, 'soft-navigation', 'interaction-contentful-paint');
  await pass(3000);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  happens('largest-contentful-paint', {startTime: 80});
  happens('event', click(1, 500, 104));
  happens('layout-shift', {value: 0.1, startTime: 300});
  happens('event', click(2, 1500, 304));
  happens('layout-shift', {value: 0.2, startTime: 2000});
  const largest = {interactionId: 1, largestContentfulPaint: {renderTime: 620, element: null}};
  const early = {name: location.href, startTime: 500, duration: 120, interactionId: 1, paintTime: 600, getLargestInteractionContentfulPaint: () => largest};
  const entries = vi.spyOn(performance, 'getEntriesByType');
  entries.mockImplementation((type) => (type == 'soft-navigation' ? [early as never] : []));
  startClient({softNavigations: true}, [softNavigations, vitals]);
  entries.mockRestore();
  await pass(0);
  await flushed();
  const values = (soft: boolean) => Object.fromEntries(reported().filter(({nt}) => (nt == 'soft-navigation') == soft).map(({n, v}) => [n, v]));
  expect(values(false)).toMatchObject({FCP: 50, LCP: 80, CLS: 0.1, INP: 104});
  expect(values(true)).toEqual({FCP: 100, LCP: 120, CLS: 0.2, INP: 304});
});

test('LCP ends when the page is hidden, also for what is then reported of a time before', async () => {
  const {happens, deliver} = fakeObservers(...types);
  startClient({}, [vitals]);
  await pass(600);
  happens('largest-contentful-paint', {startTime: 150});
  await pass(300);
  vi.spyOn(Document.prototype, 'hidden', 'get').mockReturnValue(true);
  document.dispatchEvent(eventWith('visibilitychange', {timeStamp: performance.now()}));
  hide('visible');
  happens('largest-contentful-paint', {startTime: 517});
  deliver();
  await flushed();
  expect(reported().filter(({n}) => n == 'LCP').map(({v}) => v)).toEqual([150]);
});

test('a page whose first byte the browser does not know has none after a restore either', async () => {
  fakeObservers(...types);
  vi.stubGlobal('requestAnimationFrame', (fn: () => void) => setTimeout(fn, 16));
  await pass(50);
  fakeNavigation({responseStart: 0});
  startClient({}, [vitals]);
  window.dispatchEvent(eventWith('pageshow', {persisted: true, timeStamp: performance.now()}));
  await pass(40);
  await flushed();
  expect(reported().map(({n}) => n)).toEqual(expect.arrayContaining(['FCP']));
  expect(reported().map(({n}) => n)).not.toContain('TTFB');
});

test('names in the markup change nothing of what is read of the document', async () => {
  document.body.innerHTML = '<img name="hidden"><form name="title"></form><img name="referrer"><img name="prerendering"><img name="wasDiscarded">';
  const names = ['hidden', 'title', 'referrer', 'prerendering', 'wasDiscarded'];
  for (const name of names) Object.defineProperty(document, name, {configurable: true, value: document.createElement('img')});
  const {happens} = fakeObservers(...types);
  startClient({}, [vitals]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  await flushed();
  for (const name of names) Reflect.deleteProperty(document, name);
  expect(reported().map(({n}) => n)).toContain('FCP');
  expect(JSON.stringify(receiver.beacons)).not.toMatch(/HTML/);
  expect(receiver.beacons[0].pages[0].type).toBe('navigate');
});

test('unless it asks, a soft navigation changes nothing', async () => {
  const {connected} = fakeObservers(...types, 'soft-navigation');
  startClient({}, [softNavigations, vitals]);
  expect(connected()).not.toContain('soft-navigation');
});

test('stopping disconnects every observer', () => {
  const {connected} = fakeObservers(...types);
  startClient({}, [vitals]);
  expect(connected()).toEqual(expect.arrayContaining(types));
  getRUM()!.stop();
  expect(connected()).toEqual([]);
});

test('a batch says whether its pages go on, are hidden or have ended', async () => {
  const client = startClient();
  await flushed();
  client.recordCustomMetric('x', 1);
  hide();
  await pass(0);
  hide('visible');
  client.recordCustomMetric('x', 2);
  window.dispatchEvent(new Event('pagehide'));
  await pass(0);
  expect(receiver.beacons.map(({pages}) => pages.map((page) => page.state))).toEqual([['visible'], ['hidden'], ['ended']]);
});

test('the last batch ends the pages of the vitals that were sent before, and a route change ends nothing', async () => {
  const {happens} = fakeObservers(...types);
  const client = startClient({}, [vitals]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  await flushed();
  history.pushState(null, '', '/product/42');
  await flushed();
  history.pushState(null, '', '/product/43');
  await flushed();
  client.recordCustomMetric('x', 1);
  window.dispatchEvent(new Event('pagehide'));
  await pass(0);
  const states = receiver.beacons.map(({pages}) => pages.map((page) => [new URL(page.url).pathname, page.state]));
  expect(states.slice(0, 3)).toEqual([[['/', 'visible']], [['/product/42', 'visible']], [['/product/43', 'visible']]]);
  expect(states[3]).toEqual([['/product/43', 'ended'], ['/', 'ended']]);
  expect(receiver.beacons[3].events.every(({p = 0}) => p == 0)).toBe(true);
});

test('what was left for a crash, which arrives only then, says that the page has ended', async () => {
  const left: string[] = [];
  vi.stubGlobal('fetchLater', (_: string, {body}: RequestInit) => void left.push(body as string));
  startClient({}, [crashGuard]);
  await pass(600);
  expect(JSON.parse(left.at(-1)!).pages).toMatchObject([{state: 'ended'}]);
});

test('beforeSend sees a vital once, however often it is looked at before it is sent', async () => {
  vi.stubGlobal('fetchLater', () => {});
  const {happens} = fakeObservers(...types);
  const seen: string[] = [];
  startClient({beforeSend: (event) => void (event.kind == 'vital' && seen.push(event.name))}, [vitals, crashGuard]);
  happens('paint', {name: 'first-contentful-paint', startTime: 50});
  for (let i = 0; i < 6; i++) {
    getRUM()!.recordCustomMetric('m' + i, 1);
    await pass(700);
  }
  await flushed();
  expect(seen.filter((name) => name == 'FCP')).toHaveLength(1);
  expect(seen.filter((name) => name == 'CLS')).toHaveLength(1);
});
