import {act, createElement, useEffect} from 'react';
import {createRoot, type Root} from 'react-dom/client';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {getRUM} from '../src/index.js';
import {RUMProvider, useTrackInteraction, type TrackInteraction} from '../src/react.js';
import {events, flushed, receiver, useHarness} from './harness.js';

useHarness();

let root: Root;
beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  root = createRoot(document.createElement('div'));
});
afterEach(() => act(() => root.unmount()));

const provider = (props: object) => createElement(RUMProvider, {endpoint: '/v1/rum', app: 'shop', ...props}, 'content');

test('the provider starts the client, and tells of another user and other tags', async () => {
  await act(() => root.render(provider({userId: 'ann', tags: {team: 'web'}})));
  await flushed();
  await act(() => root.render(provider({userId: 'bob', tags: {team: 'shop'}})));
  getRUM()!.recordCustomMetric('x', 1);
  await flushed();
  expect(receiver.beacons.map(({user, tags}) => [user, tags?.team])).toEqual([['ann', 'web'], ['bob', 'shop']]);
});

test('effects of children find the client', async () => {
  const found: unknown[] = [];
  const Child = () => {
    useEffect(() => void found.push(getRUM()), []);
    return null;
  };
  await act(() => root.render(createElement(RUMProvider, {endpoint: '/v1/rum'}, createElement(Child))));
  expect(found).toEqual([getRUM()]);
  expect(getRUM()).not.toBeNull();
});

function Tracked({give}: {give: (tracked: TrackInteraction) => void}) {
  give(useTrackInteraction('checkout'));
  return null;
}

async function tracked(): Promise<TrackInteraction> {
  let result: TrackInteraction;
  const give = (tracked: TrackInteraction) => void (result = tracked);
  await act(() => root.render(createElement(RUMProvider, {endpoint: '/v1/rum'}, createElement(Tracked, {give}))));
  return result!;
}

const actions = () => events().filter(({k}) => k == 'action');

test('an interaction is measured from start to end, and an end without a start is nothing', async () => {
  const {startTracking, endTracking} = await tracked();
  endTracking();
  startTracking();
  await vi.advanceTimersByTimeAsync(120);
  endTracking({items: 3});
  await flushed();
  expect(actions()).toMatchObject([{n: 'checkout', v: 120, a: {items: 3}}]);
});

test('a wrapped handler is measured, a promise until it settles, and errors pass through', async () => {
  const {trackClick} = await tracked();
  expect(trackClick((a: number, b: number) => a + b)(1, 2)).toBe(3);
  expect(() => trackClick(() => JSON.parse('{'))()).toThrow(SyntaxError);
  const slow = trackClick(() => new Promise((resolve) => setTimeout(resolve, 300)))();
  await vi.advanceTimersByTimeAsync(300);
  await slow;
  await flushed();
  expect(actions().map((event) => 'v' in event && event.v)).toEqual([0, 0, 300]);
});
