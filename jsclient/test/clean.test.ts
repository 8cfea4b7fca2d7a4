import {expect, test} from 'vitest';
import {cleanAttributes, cleanEvent} from '../src/clean.js';
import type {RUMEvent} from '../src/events.js';

const error: RUMEvent = {kind: 'error', time: 1, name: 'Error', message: 'm'};

test('strings are cut', () => {
  const clean = cleanEvent({...error, message: 'x'.repeat(5000), stack: 'y'.repeat(50_000)}) as {message: string; stack: string};
  expect([clean.message.length, clean.stack!.length]).toEqual([1000, 8000]);
});

test('of attributes only scalars stay, at most 32 of them, and secrets in their URLs go', () => {
  const many = Object.fromEntries(Array.from({length: 50}, (_, i) => ['key' + i, i]));
  expect(Object.keys(cleanAttributes(many)!)).toHaveLength(32);
  const mixed = {text: 'GET /x?secret', yes: true, n: 1, nan: NaN, none: null, object: {}, f() {}};
  expect(cleanAttributes(mixed)).toEqual({text: 'GET /x', yes: true, n: 1});
  expect(cleanAttributes({})).toBeUndefined();
});

test('an event whose value is no number is refused', () => {
  for (const value of [NaN, Infinity, '3' as never, null as never]) {
    expect(cleanEvent({kind: 'measure', time: 1, name: 'x', value})).toBeUndefined();
  }
  expect(cleanEvent({kind: 'measure', time: NaN, name: 'x', value: 1})).toBeUndefined();
});

test('durations are rounded to what can be measured, what the application measured is not', () => {
  expect(cleanEvent({kind: 'vital', time: 612.2000000476837, name: 'FCP', value: 612.2000000476837})).toMatchObject({time: 612, value: 612.2});
  expect(cleanEvent({kind: 'measure', time: 1, name: 'x', value: 1.23456789})).toMatchObject({value: 1.23456789});
});

test('attributes are scalars, of which a big number is text; the rest is left out', () => {
  expect(cleanAttributes({id: 5, on: true, big: 10n, name: 'x', order: {id: 5}, list: [1], none: null, nan: NaN})).toEqual({id: 5, on: true, big: '10', name: 'x'});
  expect(Object.keys(cleanAttributes(Array.from({length: 1000}, (_, i) => i))!)).toHaveLength(32);
});
