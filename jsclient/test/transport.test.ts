import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {scope} from '../src/scope.js';
import {transport} from '../src/transport.js';
import type {Batch} from '../src/encode.js';
import type {Lost} from '../src/events.js';
import type {Beacon} from './wire.js';

const page = {id: 'p', url: 'https://shop.example/'};
let lifetime: ReturnType<typeof scope>;
let lost: Lost;
let sent: {beacon: Beacon; request: RequestInit}[];
let answers: (() => Response | Promise<Response>)[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5); // back-off of exactly 1, 2, 4 s
  lifetime = scope();
  lost = {};
  sent = [];
  answers = [];
  vi.stubGlobal('fetch', async (_url: string, request: RequestInit) => {
    sent.push({beacon: JSON.parse(request.body as string), request});
    return (answers.shift() || ok)();
  });
});
afterEach(() => {
  lifetime._stop();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const ok = () => new Response('{}');
const refuse = (status: number, headers = {}) => () => new Response('{}', {status, headers});
const offline = () => Promise.reject(new TypeError('Failed to fetch'));
const hang = () => new Promise<Response>(() => {});

function channel(maxQueue = 500) {
  const lose = (reason: string, count: number) => void (lost[reason] = (lost[reason] || 0) + count);
  return transport({endpoint: 'https://collector.example/v1/rum', maxQueue}, lifetime, lose);
}

function batch(events = 1, text = '', id = 'b' + events): Batch {
  const wire = Array.from({length: events}, (_, i) => ({k: 'error', t: i, n: 'E', m: text}));
  return {v: 1, id, t0: 1, sdk: 'test', session: {id: 's'}, pages: [{...page, state: 'visible'}], events: wire};
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('a batch is a POST that needs no preflight and outlives the page', async () => {
  channel()(batch(), 'batch');
  await pass(0);
  const {request} = sent[0];
  expect(request).toMatchObject({method: 'POST', keepalive: true, credentials: 'omit', redirect: 'manual'});
  expect(request.headers).toBeUndefined(); // a string body is text/plain
  expect(typeof request.body).toBe('string');
});

test('a retry repeats the id and takes the time anew', async () => {
  answers = [offline];
  channel()(batch(), 'batch');
  await pass(1000);
  expect(sent).toHaveLength(2);
  const [first, second] = sent.map(({beacon}) => beacon);
  expect(second.id).toBe(first.id);
  expect(second.now - first.now).toBeGreaterThanOrEqual(999);
});

test.each([
  ['network', offline],
  ['unavailable', refuse(503)],
  ['unavailable', refuse(429)],
  ['unavailable', refuse(502)],
])('after three retries a batch is dropped and counted as %s', async (reason, answer) => {
  answers = [answer, answer, answer, answer, answer];
  channel()(batch(3), 'batch');
  await pass(60_000);
  expect(sent).toHaveLength(4);
  expect(lost).toEqual({[reason]: 3});
});

test.each([
  ['400', refuse(400)],
  ['500: the receiver says 503 where it wants the batch again', refuse(500)],
  ['a redirect, which may lead to another origin', () => ({status: 0, type: 'opaqueredirect'}) as Response],
])('what is refused for good is not sent again, and the next batch is: %s', async (_, answer) => {
  answers = [answer];
  const send = channel();
  send(batch(2), 'batch');
  await pass(60_000);
  send(batch(1), 'batch');
  await pass(60_000);
  expect(sent).toHaveLength(2);
  expect(lost).toEqual({refused: 2});
});

test('what an earlier batch had lost is not forgotten with it', async () => {
  answers = [refuse(403)];
  channel()({...batch(2), lost: {duplicate_error: 7}}, 'batch');
  await pass(0);
  expect(lost).toEqual({refused: 2, duplicate_error: 7});
});

test('the receiver may ask for a pause, and new batches wait too', async () => {
  answers = [refuse(429, {'retry-after': '20'})];
  const send = channel();
  send(batch(1, '', 'first'), 'batch');
  await pass(5000);
  send(batch(1, '', 'second'), 'batch');
  send(undefined, 'hidden');
  await pass(14_000);
  expect(sent).toHaveLength(1);
  await pass(2000);
  expect(sent.map(({beacon}) => beacon.id)).toEqual(['first', 'first', 'second']);
});

test('at exit everything that waits is tried once more, even in a pause', async () => {
  answers = [refuse(503, {'retry-after': '100'})];
  const send = channel();
  send(batch(1, '', 'first'), 'batch');
  await pass(0);
  send(batch(1, '', 'last'), 'exit');
  await pass(0);
  expect(sent.map(({beacon}) => beacon.id)).toEqual(['first', 'first', 'last']);
});

test('a hanging receiver is given up after 15 s', async () => {
  answers = [hang];
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  channel()(batch(), 'batch');
  await pass(0);
  expect(timeout).toHaveBeenCalledWith(15_000);
  expect(sent[0].request.signal).toBe(timeout.mock.results[0].value);
});

test('a browser without AbortSignal.timeout sends all the same', async () => {
  vi.stubGlobal('AbortSignal', {});
  channel()(batch(), 'batch');
  await pass(0);
  expect(sent).toHaveLength(1);
});

test('a receiver that cannot be reached is asked less and less, whatever is recorded', async () => {
  answers = Array.from({length: 99}, () => offline);
  const send = channel();
  for (let i = 0; i < 240; i++) {
    send(batch(1, '', 'b' + i), 'batch');
    await pass(500);
  }
  expect(sent).toHaveLength(7); // after 1, 2, 4, 8, 16, 32 s
  expect(lost).toEqual({});
  answers = [];
  await pass(64_000);
  send(batch(1, '', 'next'), 'batch');
  send(batch(1, '', 'after'), 'batch');
  await pass(0);
  expect(sent.at(-1)!.beacon.id).toBe('after');
});

test('while a receiver in trouble is asked, nothing else is', async () => {
  answers = [offline, hang];
  const send = channel();
  send(batch(1, '', 'first'), 'batch');
  await pass(1000);
  send(batch(1, '', 'second'), 'batch');
  await pass(10_000);
  expect(sent.map(({beacon}) => beacon.id)).toEqual(['first', 'first']);
});

test('the queue is bounded: the oldest batches go, and are counted', async () => {
  answers = Array.from({length: 99}, () => refuse(503, {'retry-after': '300'}));
  const send = channel(20);
  for (let i = 0; i < 5; i++) {
    send(batch(8, '', 'b' + i), 'batch');
    await pass(0);
  }
  expect(lost).toEqual({queue_full: 24});
});

test('bodies stay below 60 KiB: a large batch is cut, and a larger event is dropped', async () => {
  const send = channel();
  send(batch(10, 'x'.repeat(20_000)), 'batch');
  send(batch(1, 'x'.repeat(70_000)), 'batch');
  await pass(0);
  for (const {request} of sent) expect((request.body as string).length).toBeLessThan(60 * 1024);
  expect(sent.flatMap(({beacon}) => beacon.events)).toHaveLength(10);
  expect(new Set(sent.map(({beacon}) => beacon.id)).size).toBe(sent.length);
  expect(lost).toEqual({too_large: 1});
});

test('a test double that knows nothing of headers is asked for none', async () => {
  answers = [() => Promise.resolve({status: 503, headers: {}} as never)];
  channel()(batch(1), 'batch');
  await pass(3000);
  expect(sent).toHaveLength(2);
});

test('a body that the receiver finds too large is cut in halves', async () => {
  answers = [refuse(413)];
  channel()(batch(4), 'batch');
  await pass(0);
  expect(sent.map(({beacon}) => beacon.events.length)).toEqual([4, 2, 2]);
  expect(lost).toEqual({});
});

test('keepalive requests under way never exceed half of what browsers allow together', async () => {
  answers = [hang, hang, hang];
  const beacon = vi.fn(() => false);
  vi.stubGlobal('navigator', {sendBeacon: beacon});
  const send = channel();
  send(batch(2, 'x'.repeat(9_000), 'a'), 'exit');
  send(batch(2, 'x'.repeat(9_000), 'b'), 'exit');
  await pass(0);
  expect(sent.map(({request}) => request.keepalive)).toEqual([true, false]);
  expect(beacon).toHaveBeenCalledOnce();
});

test('an endpoint that has redirected gets no beacon, which would follow', async () => {
  const beacon = vi.fn(() => true);
  vi.stubGlobal('navigator', {sendBeacon: beacon});
  answers = [() => ({status: 0, type: 'opaqueredirect'}) as Response, offline];
  const send = channel();
  send(batch(1), 'batch');
  await pass(0);
  send(batch(1), 'exit');
  await pass(0);
  expect(sent).toHaveLength(2);
  expect(beacon).not.toHaveBeenCalled();
});

test('where fetch is refused at exit a beacon is tried', async () => {
  answers = [offline];
  const beacon = vi.fn(() => true);
  vi.stubGlobal('navigator', {sendBeacon: beacon});
  channel()(batch(), 'exit');
  await pass(60_000);
  expect(beacon).toHaveBeenCalledOnce();
  expect(sent).toHaveLength(1);
});

test('offline costs no tries, and back online what waits is sent', async () => {
  answers = [offline];
  const navigator = {onLine: false};
  vi.stubGlobal('navigator', navigator);
  const send = channel();
  send(batch(), 'batch');
  send(undefined, 'hidden');
  await pass(600_000);
  expect(sent).toHaveLength(0);
  navigator.onLine = true;
  window.dispatchEvent(new Event('online'));
  await pass(0);
  expect(sent).toHaveLength(1);
  await pass(1000); // the network is there before the receiver can be reached
  expect(sent).toHaveLength(2);
  expect(lost).toEqual({});
});

test('what waits when a page is left offline is counted as lost', async () => {
  vi.stubGlobal('navigator', {onLine: false});
  channel()(batch(3), 'exit');
  await pass(0);
  expect([sent, lost]).toEqual([[], {offline: 3}]);
});
