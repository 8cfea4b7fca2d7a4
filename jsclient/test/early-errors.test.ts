import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {getRUM} from '../src/index.js';
import type {ErrorEvent as RUMErrorEvent, RUMEvent} from './wire.js';
import {events, flushed, reject, startClient, throwUncaught, useHarness} from './harness.js';

useHarness();

/** The stub as the README gives it to people. */
const stub = /<script>(rumErrors=.*?)<\/script>/s.exec(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8'))![1];
const runStub = () => (0, eval)(stub);

const reported = () => events().filter(({k}) => k == 'error') as (RUMEvent & RUMErrorEvent)[];

test('the stub keeps errors and rejections from before the script, with their time, and then no more', async () => {
  runStub();
  throwUncaught(new TypeError('early'));
  reject(new Error('early too'));
  const before = performance.now();
  startClient();
  throwUncaught(new Error('late'));
  await flushed();
  expect(reported().map(({n, m, src}) => [n, m, src])).toEqual([
    ['TypeError', 'early', undefined],
    ['Error', 'early too', 'unhandledrejection'],
    ['Error', 'late', undefined],
  ]);
  expect(reported()[0].t).toBeLessThanOrEqual(Math.round(before));
  expect((globalThis as {rumErrors?: unknown}).rumErrors).toBeUndefined();
  getRUM()!.stop();
  startClient();
  await flushed();
  expect(reported()).toHaveLength(3);
});

test('what the stub kept has its causes and marks, as a later error has', async () => {
  const thrown = () => new Error('no cart', {cause: new TypeError('no answer')});
  runStub();
  throwUncaught(thrown());
  throwUncaught(null);
  startClient();
  throwUncaught(thrown());
  await flushed();
  expect(reported()[0].s).toMatch(/no cart[^]*\nCaused by: TypeError: no answer/);
  expect(reported()[1].a).toEqual({opaque: true});
  expect(reported().at(-1)!.s).toContain('Caused by: TypeError: no answer');
});

test('whatever else is in the list, the client starts and reports the errors among it', async () => {
  const event = Object.assign(new Event('error'), {error: new Error('early'), message: 'early'});
  (globalThis as {rumErrors?: unknown}).rumErrors = [5, null, Object.create(null), event];
  startClient();
  await flushed();
  expect(getRUM()).not.toBeNull();
  expect(reported()).toMatchObject([{m: 'early'}]);
});

test('the stub is bounded', () => {
  runStub();
  for (let i = 0; i < 200; i++) throwUncaught(new Error('loop'));
  expect((globalThis as {rumErrors?: unknown[]}).rumErrors).toHaveLength(50);
  startClient();
});

test('without the stub nothing is missing', async () => {
  startClient();
  await flushed();
  expect(reported()).toEqual([]);
});
