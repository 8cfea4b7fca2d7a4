import {expect, test, vi} from 'vitest';
import {initRUM, getRUM} from '../src/index.js';
import {flushed, pass, receiver, useHarness} from './harness.js';

useHarness();

const KEY = 'otelcol-rum-lost';
const options = {endpoint: 'https://collector.example/v1/rum', requests: false};
const leave = () => window.dispatchEvent(new Event('pagehide'));
const lost = () => receiver.beacons.map((beacon) => beacon.lost?.offline).filter(Boolean);

/** A page that is left offline with the session, the load and two measures. */
async function loseAPage() {
  initRUM(options);
  await pass(1);
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  getRUM()!.recordCustomMetric('a', 1);
  getRUM()!.recordCustomMetric('b', 1);
  leave();
  getRUM()!.stop();
  online.mockRestore();
}

test('what is lost with a page that is left offline is reported by the next one, once', async () => {
  await loseAPage();
  expect(localStorage.getItem(KEY)).toBe('4');
  for (let page = 0; page < 2; page++) {
    initRUM(options);
    await flushed();
    getRUM()!.stop();
  }
  expect(lost()).toEqual([4]);
  expect(localStorage.getItem(KEY)).toBeNull();
});

test('pages that are lost one after the other add up', async () => {
  await loseAPage();
  await loseAPage();
  expect(localStorage.getItem(KEY)).toBe('7'); // the session is reported once
});

test('a page that comes back reports it itself', async () => {
  initRUM(options);
  await pass(1);
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  leave();
  expect(localStorage.getItem(KEY)).toBe('2');
  online.mockRestore();
  window.dispatchEvent(Object.assign(new Event('pageshow'), {persisted: true}));
  expect(localStorage.getItem(KEY)).toBeNull();
  await flushed();
  expect(lost()).toEqual([2]);
});

test.each(['many', '-4', '', '{}'])('a number that is none is nothing: %s', async (text) => {
  localStorage.setItem(KEY, text);
  initRUM(options);
  await flushed();
  expect(receiver.beacons).toHaveLength(1);
  expect(lost()).toEqual([]);
});
