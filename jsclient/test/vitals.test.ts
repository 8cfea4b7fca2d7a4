import {describe, expect, test, vi} from 'vitest';
// The reference for what the values mean; not exported by the package, so by its path.
import {InteractionManager} from '../node_modules/web-vitals/dist/modules/lib/InteractionManager.js';
import {LayoutShiftManager} from '../node_modules/web-vitals/dist/modules/lib/LayoutShiftManager.js';
import {cleanEvent} from '../src/clean.js';
import type {RUMEvent} from '../src/events.js';
import {shiftWindows} from '../src/vitals/cls.js';
import {fully} from '../src/vitals/explain.js';
import {longestInteractions} from '../src/vitals/inp.js';
import {longestScript} from '../src/vitals/script.js';
import type {EventEntry, LayoutShiftEntry, LCPEntry} from '../src/vitals/vital.js';

/** Numbers that look random and are the same in every run. */
function numbers(seed: number) {
  return () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
}

const shift = (startTime: number, value: number, hadRecentInput = false) =>
  ({startTime, value, hadRecentInput}) as LayoutShiftEntry;

test.each([1, 2, 3, 4, 5])('shifts add up to the CLS of web-vitals (seed %i)', (seed) => {
  const random = numbers(seed);
  const reference = new LayoutShiftManager();
  const windows = shiftWindows({}, {value: 0, time: 0});
  let expected = 0;
  let t = 0;
  for (let i = 0; i < 200; i++) {
    t += random() * 1500;
    const entry = shift(t, random() / 10, random() < 0.2);
    reference._processEntry(entry as never);
    windows.add(entry);
    expected = Math.max(expected, reference._sessionValue);
    expect(windows._worst().value).toBe(expected);
  }
});

/** What explains vitals, where nothing is observed but what the test says. */
function explained() {
  const observers: Record<string, (entry: never) => void> = {};
  const observe = (type: string, onEntry: (entry: never) => void) => void (observers[type] = onEntry);
  const explain = fully({observe} as never);
  return {explain, happens: (type: string, entry: object) => observers[type](entry as never)};
}

const moved = (...selectors: string[]) => ({sources: selectors.map((selector) => ({node: document.querySelector(selector)}))});

test('a shift names the element that moved most in the worst window, of equal ones the last', () => {
  document.body.innerHTML = '<main><div class="banner big">b</div><p id="text">t</p></main>';
  const windows = shiftWindows(explained().explain, {value: 0, time: 0});
  windows.add({...shift(100, 0.05), ...moved('#text')} as LayoutShiftEntry);
  windows.add({...shift(200, 0.1), ...moved('.banner')} as LayoutShiftEntry);
  expect(windows._worst()).toMatchObject({selector: 'html>body>main>div.banner.big', largestShift: 0.1, largestShiftTime: 200});
  windows.add({...shift(300, 0.1), ...moved('#text')} as LayoutShiftEntry);
  expect(windows._worst()).toMatchObject({selector: 'p#text', largestShift: 0.1, largestShiftTime: 300});
});

test('of the sources of a shift an element is named before a text', () => {
  document.body.innerHTML = '<p>text</p><div id="box"></div>';
  const sources = [{node: document.querySelector('p')!.firstChild}, {node: document.querySelector('#box')}];
  expect(explained().explain._cls({...shift(1, 1), sources} as LayoutShiftEntry)).toMatchObject({selector: 'div#box'});
});

const interaction = (interactionId: number, duration: number, startTime = interactionId * 100) =>
  ({name: 'click', interactionId, duration, startTime, processingStart: startTime + 2, processingEnd: startTime + 10}) as EventEntry;

test.each([1, 2, 3, 4, 5])('interactions give the INP of web-vitals (seed %i)', (seed) => {
  const random = numbers(seed);
  const reference = new InteractionManager();
  const interactions = longestInteractions({});
  for (let i = 1; i <= 400; i++) {
    const entry = interaction(Math.ceil(random() * i), 40 + 8 * Math.floor(random() * 100));
    reference._processEntry(entry as never);
    interactions.add(entry);
    const count = i;
    reference._getInteractionCountForNavigation = () => count;
    const expected = reference._estimateP98LongestInteraction('navigate');
    expect(interactions._representative(count)?._entry.duration).toBe(expected?._latency);
  }
});

test('an event that belongs to no interaction counts for nothing', () => {
  const interactions = longestInteractions({});
  interactions.add(interaction(0, 500));
  expect(interactions._representative(0)).toBeUndefined();
});

describe('an interaction waits for the frame that shows its longest event', () => {
  const event = (name: string, interactionId: number, startTime: number, duration: number, processingStart: number, processingEnd: number) =>
    ({...{name, interactionId, startTime, duration, processingStart, processingEnd}}) as EventEntry;

  /** What INP is reported with, of these events and long frames. */
  function reported(events: EventEntry[], longFrames: object[] = []) {
    const {explain, happens} = explained();
    const interactions = longestInteractions(explain);
    events.forEach(interactions.add);
    longFrames.forEach((frame) => happens('long-animation-frame', frame));
    return explain._inp(interactions._representative(1)!);
  }

  test('so that the frame in which a held button was pressed does not count', () => {
    const cause = reported([
      event('pointerdown', 7, 1000, 40, 1002, 1003),
      event('pointerup', 7, 1120, 216, 1121, 1122),
      event('click', 7, 1120, 216, 1122, 1322),
    ]);
    expect(cause).toMatchObject({eventType: 'pointerup', processingStart: 1, processingEnd: 202});
  });

  test('with the handlers of events that are no interactions', () => {
    const cause = reported([
      event('mousedown', 0, 1000, 224, 1003, 1203),
      event('pointerdown', 7, 1000, 224, 1002, 1003),
      event('pointerup', 7, 1230, 40, 1231, 1232),
    ]);
    expect(cause).toMatchObject({eventType: 'pointerdown', processingStart: 2, processingEnd: 203});
  });

  test('and for no handler of before the input', () => {
    expect(reported([event('pointerover', 0, 900, 300, 905, 1100), event('click', 7, 1000, 200, 1100, 1150)])).toMatchObject({processingStart: 0, processingEnd: 150});
  });

  test('nor longer than for the frame, as when a handler asks the user something', () => {
    expect(reported([event('click', 7, 1000, 104, 1010, 6000)])).toMatchObject({processingStart: 10, processingEnd: 104});
  });

  test('a handler that begins at once begins at 0', () => {
    const cause = reported([event('keydown', 7, 1000, 120, 1000, 1100)]);
    expect(cleanEvent({kind: 'vital', name: 'INP', value: 120, time: 1000, ...cause})).toMatchObject({processingStart: 0, processingEnd: 100});
  });

  const script = (startTime: number, duration: number, more: object = {}) => ({
    ...{startTime, duration, invoker: 'BUTTON#buy.onclick', invokerType: 'event-listener', sourceURL: 'https://shop.example/app.js?v=1'},
    ...{sourceFunctionName: 'buy', sourceCharPosition: 512, forcedStyleAndLayoutDuration: 12},
    ...more,
  });
  const click = event('click', 7, 1000, 304, 1150, 1290);

  test('and names the script that took longest of it, whichever the browser reports first', () => {
    const frame = {startTime: 900, duration: 404, scripts: [script(880, 240, {sourceFunctionName: 'poll'}), script(1150, 140)]};
    const wanted = {
      ...{url: 'https://shop.example/app.js?v=1', functionName: 'buy', charPosition: 512},
      ...{invoker: 'BUTTON#buy.onclick', invokerType: 'event-listener', duration: 140, forcedLayout: 12},
    };
    expect(reported([click], [frame]).script).toEqual(wanted);

    const {explain, happens} = explained();
    const interactions = longestInteractions(explain);
    happens('long-animation-frame', frame);
    interactions.add(click);
    expect(explain._inp(interactions._representative(1)!).script).toEqual(wanted);
  });

  test('with handlers that only its long frame knows of, as those of focus', () => {
    const frame = {startTime: 1000, duration: 300, scripts: [script(1010, 200, {invoker: 'BUTTON#buy.onfocus'}), script(1250, 40, {invoker: 'Window.requestAnimationFrame'})]};
    expect(reported([event('pointerdown', 7, 1000, 304, 1002, 1004)], [frame])).toMatchObject({processingStart: 2, processingEnd: 210, script: {duration: 200}});
  });

  test('not one of a frame before or after', () => {
    const other = (startTime: number) => ({startTime, duration: 90, scripts: [script(startTime, 90)]});
    expect(reported([click], [other(900), other(1310), {startTime: 1000, duration: 300}]).script).toBeUndefined();
  });

  test('the longest of the whole visit keeps its script, however many frames come after', () => {
    const {explain, happens} = explained();
    const interactions = longestInteractions(explain);
    interactions.add(click);
    happens('long-animation-frame', {startTime: 1000, duration: 300, scripts: [script(1150, 140)]});
    for (let t = 2000; t < 6000; t += 100) {
      interactions.add(event('keydown', t, t, 48, t, t + 30));
      happens('long-animation-frame', {startTime: t, duration: 60, scripts: [script(t, 30)]});
    }
    expect(explain._inp(interactions._representative(1)!).script).toMatchObject({duration: 140});
  });
});

test('a script that the browser cannot place has no position; one at its beginning has', () => {
  const at = (sourceCharPosition: number) => {
    const script = longestScript([{scripts: [{startTime: 0, duration: 60, sourceCharPosition}]} as never]);
    return cleanEvent({kind: 'vital', name: 'INP', value: 1, time: 1, script} as RUMEvent)!;
  };
  expect([at(-1), at(0)]).toMatchObject([{script: {duration: 60}}, {script: {charPosition: 0}}]);
  expect(at(-1)).not.toHaveProperty('script.charPosition');
});

test('the address of a script is scrubbed, and so is what called it', () => {
  const script = {url: 'https://shop.example/app.js?token=secret', invoker: 'https://shop.example/boot.js?token=secret', duration: 60};
  expect(JSON.stringify(cleanEvent({kind: 'vital', name: 'INP', value: 1, time: 1, script} as RUMEvent))).not.toContain('secret');
});

describe('the largest paint', () => {
  const paint = (more: object) => explained().explain._lcp({startTime: 900, ...more} as LCPEntry, 0);

  test('of an element that has left the document is reported by its id', () => {
    expect(paint({id: 'hero'}).selector).toBe('#hero');
    expect(paint({id: ':r1:'}).selector).toBe('');
  });

  test('came with the last request for it before the paint', () => {
    const timings = [100, 300, 950].map((startTime) => ({name: '/hero.jpg', startTime, responseEnd: startTime + 50}));
    const entries = vi.spyOn(performance, 'getEntriesByType').mockReturnValue(timings as never);
    expect(paint({url: '/hero.jpg'})).toMatchObject({requestStart: 300, responseEnd: 350});
    entries.mockRestore();
  });
});
