import {expect, test, vi} from 'vitest';
import {getRUM, type Collector} from '../src/index.js';
import {events, flushed, receiver, startClient, useHarness} from './harness.js';

useHarness();

test('a collector of somebody else uses the recorder by its names, and whatever it likes of the language', async () => {
  const stopped = vi.fn();
  const mine: Collector = (recorder) => {
    const {settings, listen, observe, onStop, page, view, pageAt, openPage, record, reportError, lose, onFlush, onRecord} = recorder;
    const seen = new Map<string, number>();
    const reasons: string[] = [];
    listen(window, 'mine', () => record({kind: 'measure', name: 'mine', value: seen.size, unit: '1', time: performance.now(), attributes: {app: settings.app}}));
    expect(observe('no-such-type', () => {})).toBeUndefined();
    onRecord((event) => {
      seen.set((event as {kind: string}).kind, seen.size);
      for (const [kind] of [...seen.entries()]) if (kind == 'none') seen.clear();
    });
    onFlush((reason) => {
      reasons.push(reason);
      if (reason == 'batch') return [{event: {kind: 'measure', name: 'pulled', value: 2, time: performance.now()}, page: pageAt(0)}];
    });
    onStop(stopped);
    reportError(new TypeError('of a collector'), {filename: 'https://shop.example/x.js?secret'}, {where: 'here'});
    lose('mine', 3);
    openPage({route: '/mine/:id', title: 'Mine'});
    expect([page().route, typeof view().href, typeof view().since]).toEqual(['/mine/:id', 'string', 'number']);
  };
  startClient({app: 'shop'}, [mine]);
  await flushed();
  window.dispatchEvent(new Event('mine'));
  await flushed();
  expect(receiver.beacons[0].lost).toEqual({mine: 3});
  expect(events()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({k: 'error', n: 'TypeError', f: 'https://shop.example/x.js', a: {where: 'here'}}),
      expect.objectContaining({k: 'measure', n: 'pulled', v: 2}),
      expect.objectContaining({k: 'measure', n: 'mine', u: '1', a: {app: 'shop'}}),
    ]),
  );
  expect(receiver.beacons[0].pages).toContainEqual(expect.objectContaining({route: '/mine/:id', title: 'Mine'}));
  getRUM()!.stop();
  expect(stopped).toHaveBeenCalledOnce();
});
