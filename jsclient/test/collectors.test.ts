import {describe, expect, test, vi} from 'vitest';
import {budgets, clicks, initRUMWith, longFrames, requests, resources, serverTrace, titles, vitals, type Collector, type RUMEvent} from '../src/index.js';
import {events, flushed, kinds, pass, receiver, servers, startClient, useHarness} from './harness.js';
import {fakeObservers} from './observers.js';

useHarness();

const ofKind = (wanted: string) => events().filter(({k}) => k == wanted) as unknown as Record<string, unknown>[];

describe('long animation frames', () => {
  const script = {startTime: 110, duration: 80, invoker: 'Window.setTimeout', invokerType: 'user-callback', sourceURL: 'https://shop.example/app.js?v=1', sourceFunctionName: 'poll', sourceCharPosition: 7, forcedStyleAndLayoutDuration: 30};

  test('name the script that took longest; those that blocked nobody are not reported', async () => {
    const {happens} = fakeObservers('long-animation-frame', 'longtask');
    startClient({}, [longFrames]);
    happens('long-animation-frame', {startTime: 100, duration: 120, blockingDuration: 70, scripts: [{...script, duration: 20}, script]});
    happens('long-animation-frame', {startTime: 400, duration: 90, blockingDuration: 0, scripts: [script]});
    happens('longtask', {startTime: 100, duration: 100});
    await flushed();
    expect(ofKind('task')).toEqual([
      {k: 'task', t: 100, v: 120, bd: 70, u: 'https://shop.example/app.js', n: 'poll', m: 'Window.setTimeout', it: 'user-callback', d: 80, cp: 7, fl: 30},
    ]);
  });

  test('are long tasks where the browser knows no frames', async () => {
    const {happens} = fakeObservers('longtask');
    startClient({}, [longFrames]);
    happens('longtask', {startTime: 100, duration: 80});
    await flushed();
    expect(ofKind('task')).toEqual([{k: 'task', t: 100, v: 80}]);
  });

  test('of one page view are fifty, and those of the next count anew', async () => {
    const {happens, deliver} = fakeObservers('long-animation-frame');
    startClient({}, [longFrames]);
    await pass(1);
    const happen = (count: number) => {
      for (let i = 0; i < count; i++) happens('long-animation-frame', {startTime: performance.now(), duration: 90, blockingDuration: 40});
      deliver();
    };
    happen(60);
    history.pushState(null, '', '/next');
    happen(1);
    await flushed();
    expect(ofKind('task')).toHaveLength(51);
    expect(receiver.beacons.find(({lost}) => lost)!.lost).toEqual({task_cap: 10});
  });
});

test.each<[string, Collector, RUMEvent, object]>([
  ['vitals', vitals, {kind: 'vital', time: 1, name: 'LCP', value: 60, firstByte: 20, script: {charPosition: 7}}, {fb: 20, sc: {cp: 7}}],
  ['longFrames', longFrames, {kind: 'task', time: 1, value: 60, blockingDuration: 10, charPosition: 7}, {bd: 10, cp: 7}],
  ['resources', resources, {kind: 'resource', time: 1, url: '/', value: 60, transferSize: 10}, {ts: 10}],
  ['requests', requests, {kind: 'resource', time: 1, url: '/', value: 60, method: 'PUT'}, {m: 'PUT'}],
])('%s alone brings the words of the wire for what it records', async (_, collector, event, words) => {
  startClient({}, [collector, ({record}) => record(event)]);
  await flushed();
  expect(ofKind(event.kind)).toEqual([expect.objectContaining(words)]);
});

test('a page view reports a hundred clicks, then counts them', async () => {
  document.body.innerHTML = '<p>text</p>';
  startClient({}, [clicks]);
  for (let i = 0; i < 105; i++) document.querySelector('p')!.dispatchEvent(new MouseEvent('click', {bubbles: true, ctrlKey: true}));
  await flushed();
  expect(ofKind('click')).toHaveLength(100);
  expect(receiver.beacons[0].lost).toEqual({click_cap: 5});
});

test('a page view reports fifty requests that failed, then counts them', async () => {
  startClient({maxQueue: 1000}, [requests]);
  servers.answer = () => Promise.reject(new TypeError('Failed to fetch'));
  for (let i = 0; i < 53; i++) await fetch('/api').catch(() => {});
  await flushed();
  expect(ofKind('resource')).toHaveLength(50);
  expect(receiver.beacons.map(({lost}) => lost).filter(Boolean)).toEqual([{failure_cap: 3}]);
});

test('a click in a shadow tree names what was clicked there, not its host', async () => {
  const host = document.body.appendChild(document.createElement('x-cart'));
  const button = host.attachShadow({mode: 'open'}).appendChild(document.createElement('button'));
  startClient({}, [clicks]);
  const event = new MouseEvent('click', {bubbles: true, composed: true});
  // As browsers do for listeners outside of the tree.
  Object.defineProperty(event, 'target', {value: host});
  button.dispatchEvent(event);
  await pass(1100);
  await flushed();
  expect(ofKind('click')).toMatchObject([{tag: 'button', sel: 'html>body>x-cart>>>button'}]);
});

test('the trace of the server is that of its meta element, and of the load alone', async () => {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  document.head.innerHTML = `<meta name="traceparent" content="${trace}">`;
  startClient({}, [serverTrace]);
  await pass(1);
  history.pushState(null, '', '/next');
  await flushed();
  document.head.innerHTML = '';
  expect(receiver.beacons[0].pages.map(({trace}) => trace)).toEqual([trace, undefined]);
});

test('a page view never gets the title of another address', async () => {
  document.title = '';
  initRUMWith([titles], {endpoint: 'https://collector.example/v1/rum'});
  history.pushState(null, '', '/next'); // which nobody reports
  document.title = 'Next';
  await flushed();
  expect(receiver.beacons[0].pages).toMatchObject([{url: 'https://shop.example/'}]);
  expect(receiver.beacons[0].pages[0].title).toBeUndefined();
});

test('an interaction began before it was reported, by as long as it took', async () => {
  const client = startClient();
  await pass(500);
  client.recordInteraction('add_to_cart', 120);
  const now = performance.now();
  await flushed();
  expect(ofKind('action')).toMatchObject([{t: Math.round(now - 120), v: 120}]);
});

test('a budget that a vital exceeds is reported once for each page view', async () => {
  const {happens} = fakeObservers('layout-shift', 'paint');
  startClient({budgets: {CLS: 0.1}}, [vitals, budgets]);
  happens('paint', {name: 'first-contentful-paint', startTime: 5});
  const shift = async (value: number) => {
    happens('layout-shift', {startTime: performance.now(), value, sources: []});
    await flushed();
  };
  await shift(0.05);
  await shift(0.2);
  await shift(0.2);
  expect(ofKind('budget')).toMatchObject([{n: 'CLS', v: 0.25, b: 0.1}]);
});

test('what is reported late belongs to the view of its time, of the last hundred views', async () => {
  const {happens, deliver} = fakeObservers('longtask');
  startClient({maxQueue: 1000, batchSize: 1000}, [longFrames]);
  for (let i = 0; i < 120; i++) {
    await pass(10);
    history.pushState(null, '', '/page/' + i);
  }
  const now = performance.now();
  happens('longtask', {startTime: now - 501, duration: 90});
  happens('longtask', {startTime: now - 1150, duration: 90});
  deliver();
  await flushed();
  const reported = receiver.beacons.flatMap(({events, pages}) => events.filter(({k}) => k == 'task').map(({p}) => new URL(pages[p!].url).pathname));
  // The first of those that are remembered stands for all before it.
  expect(reported).toEqual(['/page/68', '/page/20']);
});

test('events of a session that has ended go out under its id, before those of the next', async () => {
  const client = startClient({sessionInactivityMs: 60_000, flushIntervalMs: 600_000});
  await pass(10);
  client.recordCustomMetric('old', 1);
  await pass(120_000);
  client.recordCustomMetric('new', 1);
  await flushed();
  const reported = receiver.beacons.map(({session, events}) => [session.id, events.flatMap((event) => ('n' in event ? event.n : []))]);
  expect(reported.map(([, names]) => names)).toEqual([['old'], ['new']]);
  expect(reported[0][0]).not.toBe(reported[1][0]);
  expect(kinds()).toEqual(['session', 'view', 'measure', 'session', 'measure']);
  vi.restoreAllMocks();
});
