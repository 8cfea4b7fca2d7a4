import {expect, vi} from 'vitest';
import {eventWith, flushed, hide, pass, receiver, throwUncaught, useHarness} from '../harness.js';
import {NAVIGATION_TIMES} from '../../src/collect/navigation.js';
import {fakeNavigation} from '../observers.js';
import {mistake, reported} from './dom.js';

useHarness();

const paint = (startTime: number) => ({name: 'first-contentful-paint', startTime});

/** A click that waited 10 ms, was handled for 190 ms, and was shown 104 ms later. */
const click = (element: Element | null = null) => ({
  ...{name: 'click', interactionId: 1, startTime: 100, duration: 304, processingStart: 110, processingEnd: 300},
  target: element,
});

const valuesOf = async () => Object.fromEntries((await reported('vital')).map(({n, v}) => [n, v]));

mistake(
  'onFID: the delay of the first input, which nobody feels, instead of INP',
  {
    'the delay of the input': [['vitals/inp.ts', 'const {duration, startTime} = interaction._entry', 'const {startTime} = interaction._entry, duration = interaction._entry.processingStart - startTime']],
    'no element': [['vitals/explain.ts', '=> ({selector, eventType})', '=> ({eventType})']],
    'no phases': [['vitals/explain.ts', ', ...waitOf(interaction)', '']],
    'the first interaction': [['vitals/inp.ts', 'b._entry.duration - a._entry.duration', 'a.id - b.id']],
  },
  async ({load, happens}) => {
    document.body.innerHTML = '<button id="buy">Buy</button>';
    load();
    happens('first-input', {...click(), interactionId: 1, duration: 16});
    happens('event', {...click(document.querySelector('#buy')), interactionId: 2});
    expect(await reported('vital')).toMatchObject([
      {n: 'INP', v: 304, sel: 'button#buy', ps: 10, pe: 200},
    ]);
  },
);

const [INTERACTIVE, LOAD_END] = [NAVIGATION_TIMES.indexOf('domInteractive'), NAVIGATION_TIMES.indexOf('loadEventEnd')];

/** A load that ends when `loadEventEnd` says; before the end of its listeners it says 0. */
function loading() {
  vi.spyOn(Document.prototype, 'readyState', 'get').mockReturnValue('loading');
  const entry = {startTime: 0, responseStart: 1, domInteractive: 300, loadEventStart: 0, loadEventEnd: 0, responseEnd: 20};
  fakeNavigation(entry);
  return entry;
}

mistake(
  'navigation timing read at init or in the load listener, where loadEventEnd is 0',
  {
    'at init': [["collect/navigation.ts", "if (ofDocument('readyState') == 'complete') inTask(report);", 'report();']],
    'in the load listener': [["collect/navigation.ts", "listen(window, 'load', () => inTask(report));", "listen(window, 'load', report);"]],
    'only after a load that ends': [['collect/navigation.ts', "if (reason == 'exit') report();", '']],
    'at each batch': [['collect/navigation.ts', 'done = true;', '']],
  },
  async ({load}) => {
    await pass(50);
    const entry = loading();
    load();
    await pass(100);
    window.dispatchEvent(new Event('load'));
    Object.assign(entry, {loadEventStart: 800, loadEventEnd: 812});
    await pass(0);
    hide();
    window.dispatchEvent(new Event('pagehide'));
    expect((await reported('nav')).map(({pt}) => pt[LOAD_END])).toEqual([812]);

    receiver.beacons = [];
    vi.restoreAllMocks();
    loading();
    load();
    await pass(100);
    window.dispatchEvent(new Event('pagehide'));
    expect((await reported('nav')).map(({pt}) => [pt[INTERACTIVE], pt[LOAD_END]])).toEqual([[300, 0]]);
  },
);

mistake(
  'a return from the back/forward cache is not seen, or adds to the vitals of the load',
  {
    'not seen': [['collect/restores.ts', 'if (!persisted) return;', 'return;']],
    'every pageshow taken for one': [['collect/restores.ts', 'if (!persisted) return;', '']],
    'vitals go on': [['collect/restores.ts', 'measureAnew(recorder, timeStamp, restored);', '']],
    'what was before counts again': [['vitals/measure-anew.ts', 'buffered: false', 'buffered: true']],
    'measured from the load': [['collect/restores.ts', 'painted = after(start, ', 'painted = after(0, ']],
  },
  async ({load, happens}) => {
    vi.stubGlobal('requestAnimationFrame', (fn: () => void) => setTimeout(fn, 16));
    await pass(50);
    fakeNavigation({});
    load();
    window.dispatchEvent(eventWith('pageshow', {persisted: false, timeStamp: 1}));
    happens('paint', paint(50));
    happens('event', click());
    await flushed();
    expect(receiver.beacons[0].events.filter(({k}) => k == 'view')).toHaveLength(1);
    await pass(5000);
    receiver.beacons = [];
    window.dispatchEvent(eventWith('pageshow', {persisted: true, timeStamp: performance.now()}));
    await pass(40);
    const values = await valuesOf();
    expect(receiver.beacons[0]?.pages).toMatchObject([{type: 'back-forward-cache'}]);
    expect(values).toMatchObject({TTFB: 0, FCP: expect.any(Number), LCP: expect.any(Number), CLS: 0});
    expect(values.FCP).toBeLessThan(1000);
    expect(values).not.toHaveProperty('INP');
  },
);

mistake(
  'a prerendered page is a visit before anybody sees it, and slow by the time it waited',
  {
    'a session at once': [['gate.ts', " || ofDocument('prerendering' as 'hidden')", '']],
    'measured from the start of the prerender': [['navigation-entry.ts', 'navigationEntry()?.activationStart || 0', '0']],
    'how it came to be asked before it is shown': [
      ['page.ts', "type: 'soft-navigation',", 'type: navigationType(),'],
      ['page.ts', "import {randomHex}", "import {navigationType} from './navigation-entry.js';\nimport {randomHex}"],
      ['start.ts', 'pages._load.type = navigationType();', ''],
    ],
    'paints before the activation below 0': [['vitals/vital.ts', 'Math.max(time - start, 0)', 'time - start']],
  },
  async ({load, happens}) => {
    const prerendering = Object.assign(Document.prototype, {prerendering: true});
    load();
    throwUncaught(new Error('early'));
    hide();
    await pass(60_000);
    expect([receiver.requests.length, localStorage.length]).toEqual([0, 0]);
    fakeNavigation({activationStart: 5000});
    happens('paint', paint(400));
    happens('largest-contentful-paint', {startTime: 5300});
    hide('visible');
    prerendering.prerendering = false;
    document.dispatchEvent(new Event('prerenderingchange'));
    Reflect.deleteProperty(Document.prototype, 'prerendering');
    expect(await valuesOf()).toMatchObject({FCP: 0, LCP: 300});
    expect(receiver.beacons[0].pages).toMatchObject([{type: 'prerender'}]);
  },
);

mistake(
  'paints of a page that nobody saw: one that loads in the background is slow for no reason',
  {
    'reported whatever is seen': [['vitals/paint.ts', ' && seen(startTime)', '']],
    'a background taken for content': [['vitals/paint.ts', "name != 'first-paint' && ", '']],
    'looks only at this moment': [['vitals/visibility.ts', 'hidden?.startTime ?? ', '']],
    'looks only at the start': [['vitals/visibility.ts', "listen(window, 'visibilitychange'", "listen(window, 'x'"]],
  },
  async ({load, happens}) => {
    const paints = (time: number) => {
      happens('paint', paint(time));
      happens('largest-contentful-paint', {startTime: time});
    };
    const seen = async () => {
      const {FCP, LCP} = await valuesOf();
      receiver.beacons = [];
      return [FCP, LCP];
    };
    hide();
    load();
    hide('visible');
    paints(performance.now() + 500);
    expect(await seen(), 'hidden at load').toEqual([undefined, undefined]);

    load();
    happens('paint', {name: 'first-paint', startTime: 10});
    expect(await seen(), 'a background').toEqual([undefined, undefined]);

    load();
    await pass(100);
    hide();
    document.dispatchEvent(eventWith('visibilitychange', {timeStamp: performance.now()}));
    hide('visible');
    paints(performance.now() + 500);
    expect(await seen(), 'hidden soon after').toEqual([undefined, undefined]);

    const {getEntriesByType} = performance;
    const entries = vi.spyOn(performance, 'getEntriesByType');
    entries.mockImplementation((type: string) =>
      type == 'visibility-state' ? [{name: 'hidden', startTime: 100} as never] : getEntriesByType.call(performance, type as 'resource'),
    );
    load();
    paints(200);
    expect(await seen(), 'hidden before this script ran').toEqual([undefined, undefined]);
    entries.mockRestore();
  },
);

mistake(
  'layout shifts summed up for ever: a page that is open for long looks worst',
  {
    'one window for all': [['vitals/cls.ts', '!sum || time - last >= WINDOW_GAP_MS || time - first >= WINDOW_MAX_MS', '!sum']],
    'windows without an end': [['vitals/cls.ts', ' || time - first >= WINDOW_MAX_MS', '']],
    'the last window': [['vitals/cls.ts', 'if (sum > worst.value) worst', 'worst']],
    'shifts that the user asked for': [['vitals/cls.ts', 'if (entry.hadRecentInput) return;', '']],
  },
  async ({load, happens}) => {
    load();
    happens('paint', paint(50));
    const shift = (startTime: number, value: number, hadRecentInput = false) => happens('layout-shift', {startTime, value, hadRecentInput});
    for (let t = 1000; t <= 6500; t += 500) shift(t, 0.1);
    shift(6600, 5, true);
    shift(9000, 0.3);
    expect((await valuesOf()).CLS).toBeCloseTo(1, 5); // ten in the first five seconds
  },
);

mistake(
  'the worst interaction of hundreds: one slip of the browser condemns a page of an hour',
  {
    'the worst of all': [['vitals/inp.ts', 'Math.floor(count / INTERACTIONS_PER_OUTLIER)', '0']],
    'events without an interaction': [['vitals/inp.ts', 'if (!id) return;', '']],
  },
  async ({load, happens}) => {
    Object.assign(performance, {interactionCount: 120});
    load();
    [500, 400, 300, 200].forEach((duration, i) => happens('event', {...click(), interactionId: i + 1, duration}));
    happens('event', {...click(), interactionId: 0, duration: 900});
    const {INP} = await valuesOf();
    Reflect.deleteProperty(performance, 'interactionCount');
    expect(INP).toBe(300);
  },
);
