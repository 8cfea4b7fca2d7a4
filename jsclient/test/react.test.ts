import {act, createElement, StrictMode, useEffect} from 'react';
import {createRoot, type Root} from 'react-dom/client';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {getRUM} from '../src/index.js';
import {RUMErrorBoundary, RUMProvider, useTrackInteraction, type TrackInteraction} from '../src/react.js';
import {events, flushed, kinds, receiver, throwUncaught, useHarness} from './harness.js';

useHarness();

let root: Root;
beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  root = createRoot(document.createElement('div'));
});
afterEach(() => act(() => root.unmount()));

const provider = (props: object) => createElement(RUMProvider, {endpoint: '/v1/rum', app: 'shop', ...props}, 'content');

test('the provider starts the client, and reports another user and other tags', async () => {
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

let broken: unknown;
function Cart() {
  if (broken) throw broken;
  return 'cart';
}

/** Renders the cart below a boundary and returns where. */
async function bounded(props: object): Promise<HTMLElement> {
  const place = document.createElement('div');
  root = createRoot(place, {onCaughtError: () => {}});
  const boundary = createElement(RUMErrorBoundary, props, createElement(Cart));
  const page = createElement(RUMProvider, {endpoint: '/v1/rum'}, boundary);
  await act(() => root.render(createElement(StrictMode, null, page)));
  return place;
}

const errors = () => events().filter(({k}) => k == 'error');

test('a boundary reports an error of rendering once, with its components, also when the window reports it again', async () => {
  const error = (broken = new TypeError('no price'));
  const onError = vi.fn();
  const place = await bounded({fallback: 'sorry', onError});
  throwUncaught(error);
  await flushed();
  expect(place.textContent).toBe('sorry');
  const component_stack = expect.stringMatching(/^at Cart\b[^]*at RUMErrorBoundary\b/);
  expect(errors()).toMatchObject([{n: 'TypeError', m: 'no price', src: 'manual', a: {component_stack}}]);
  expect(onError.mock.calls).toEqual([[error, expect.objectContaining({componentStack: expect.any(String)})]]);
});

test('a boundary that is reset renders its children anew', async () => {
  broken = new Error('x');
  const onReset = vi.fn(() => (broken = undefined));
  let again: () => void;
  const fallback = ({error, reset}: {error: unknown; reset: () => void}) => {
    again = reset;
    return String(error);
  };
  const place = await bounded({fallback, onReset});
  expect(place.textContent).toBe('Error: x');
  await act(() => again());
  expect(place.textContent).toBe('cart');
  expect(onReset).toHaveBeenCalledOnce();
});

test('a boundary without a fallback shows nothing, whatever is thrown', async () => {
  broken = 'just text';
  const place = await bounded({});
  expect(place.textContent).toBe('');
  await flushed();
  expect(errors()).toMatchObject([{n: 'string', m: 'just text'}]);
});

test('StrictMode, which renders and runs effects twice, starts one client and one page view', async () => {
  broken = undefined;
  await bounded({});
  await flushed();
  expect(kinds()).toEqual(['session', 'view']);
});
