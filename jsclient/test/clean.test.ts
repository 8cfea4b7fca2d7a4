import {expect, test} from 'vitest';
import {cleanAttributes, cleanEvent} from '../src/clean.js';
import type {RUMEvent} from '../src/wire.js';

const error: RUMEvent = {k: 'error', t: 1, n: 'Error', m: 'm'};

test('strings are cut', () => {
  const clean = cleanEvent({...error, m: 'x'.repeat(5000), s: 'y'.repeat(50_000)}) as {m: string; s: string};
  expect([clean.m.length, clean.s.length]).toEqual([1000, 8000]);
});

test('of attributes only scalars stay, at most 32 of them, and secrets in their URLs go', () => {
  const many = Object.fromEntries(Array.from({length: 50}, (_, i) => ['key' + i, i]));
  expect(Object.keys(cleanAttributes(many)!)).toHaveLength(32);
  const mixed = {text: 'GET /x?secret', yes: true, n: 1, nan: NaN, none: null, list: [1], object: {}, f() {}};
  expect(cleanAttributes(mixed)).toEqual({text: 'GET /x', yes: true, n: 1});
  expect(cleanAttributes({})).toBeUndefined();
});

test('an event whose value is no number is refused', () => {
  for (const v of [NaN, Infinity, '3' as never, null as never]) {
    expect(cleanEvent({k: 'measure', t: 1, n: 'x', v})).toBeUndefined();
  }
  expect(cleanEvent({k: 'measure', t: NaN, n: 'x', v: 1})).toBeUndefined();
});

test('durations are rounded to what can be measured, what the application measured is not', () => {
  expect(cleanEvent({k: 'vital', t: 612.2000000476837, n: 'FCP', v: 612.2000000476837})).toMatchObject({t: 612, v: 612.2});
  expect(cleanEvent({k: 'measure', t: 1, n: 'x', v: 1.23456789})).toMatchObject({v: 1.23456789});
});
