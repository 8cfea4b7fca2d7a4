import {expect, test} from 'vitest';
// The reference for what the values mean; not exported by the package, so by its path.
import {InteractionManager} from '../node_modules/web-vitals/dist/modules/lib/InteractionManager.js';
import {LayoutShiftManager} from '../node_modules/web-vitals/dist/modules/lib/LayoutShiftManager.js';
import {shiftWindows} from '../src/vitals/cls.js';
import {fully} from '../src/vitals/explain.js';
import {longestInteractions} from '../src/vitals/inp.js';
import type {EventEntry, LayoutShiftEntry} from '../src/vitals/vital.js';

/** Numbers that look random and are the same in every run. */
function numbers(seed: number) {
  return () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
}

const shift = (startTime: number, value: number, hadRecentInput = false) =>
  ({startTime, value, hadRecentInput}) as LayoutShiftEntry;

test.each([1, 2, 3, 4, 5])('shifts add up to the CLS of web-vitals (seed %i)', (seed) => {
  const random = numbers(seed);
  const reference = new LayoutShiftManager();
  const windows = shiftWindows({}, {v: 0, t: 0});
  let expected = 0;
  let t = 0;
  for (let i = 0; i < 200; i++) {
    t += random() * 1500;
    const entry = shift(t, random() / 10, random() < 0.2);
    reference._processEntry(entry as never);
    windows.add(entry);
    expected = Math.max(expected, reference._sessionValue);
    expect(windows.worst().v).toBe(expected);
  }
});

test('a shift names the element that moved most in the worst window', () => {
  document.body.innerHTML = '<main><div class="banner big">b</div><p id="text">t</p></main>';
  const windows = shiftWindows(fully, {v: 0, t: 0});
  const moved = (selector: string) => ({sources: [{node: document.querySelector(selector)}]});
  windows.add({...shift(100, 0.05), ...moved('#text')} as LayoutShiftEntry);
  windows.add({...shift(200, 0.1), ...moved('.banner')} as LayoutShiftEntry);
  expect(windows.worst()).toMatchObject({sel: 'html>body>main>div.banner.big', sv: 0.1, sa: 200});
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
    expect(interactions.representative(count)?.entry.duration).toBe(expected?._latency);
  }
});

test('an event that belongs to no interaction counts for nothing', () => {
  const interactions = longestInteractions({});
  interactions.add(interaction(0, 500));
  expect(interactions.representative(0)).toBeUndefined();
});

test('an interaction is told with the handlers of all its events', () => {
  const interactions = longestInteractions(fully);
  const event = (name: string, startTime: number, processingStart: number, processingEnd: number) =>
    interactions.add({...interaction(7, 128 - (startTime - 1000)), name, startTime, processingStart, processingEnd} as EventEntry);
  event('pointerdown', 1000, 1003, 1004);
  event('click', 1004, 1004, 1120);
  expect(fully.inp(interactions.representative(1)!)).toEqual({sel: '', it: 'pointerdown', ps: 3, pe: 120});
});
