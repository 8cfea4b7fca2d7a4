import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {sessions as sessionsOf} from '../src/session.js';

const MINUTE = 60_000;
const start = 1_763_900_000_000;

/** The sessions of one tab, each as it is then, and whether it began just now. */
function sessions(options: Parameters<typeof sessionsOf>[0]) {
  const at = sessionsOf(options);
  let last: string | undefined;
  return (now: number, byPerson?: boolean) => {
    const session = {...at(now, byPerson)};
    const isNew = session.id != last && session.start == now;
    last = session.id;
    return [session, isNew] as const;
  };
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.restoreAllMocks());

test('a session has a random id of 32 hex digits and is new once', () => {
  const at = sessions({});
  const [session, isNew] = at(start);
  expect(session.id).toMatch(/^[0-9a-f]{32}$/);
  expect(isNew).toBe(true);
  expect(at(start + 1)[1]).toBe(false);
});

test('a reload and another tab go on with the session', () => {
  const [first] = sessions({})(start);
  const [second, isNew] = sessions({})(start + 10 * MINUTE);
  expect([second.id, second.start, isNew]).toEqual([first.id, first.start, false]);
});

test('activity in another tab keeps a session alive', () => {
  const [here, there] = [sessions({}), sessions({})];
  const [{id}] = here(start);
  for (let minute = 10; minute <= 60; minute += 10) there(start + minute * MINUTE);
  expect(here(start + 70 * MINUTE)[0].id).toBe(id);
});

test('after half an hour without events there is a new session', () => {
  const at = sessions({});
  const [{id}] = at(start);
  expect(at(start + 29 * MINUTE)[0].id).toBe(id);
  const [next, isNew] = at(start + 60 * MINUTE);
  expect([next.id == id, isNew]).toEqual([false, true]);
});

test('after four hours there is a new session, whatever happens', () => {
  const at = sessions({});
  const [{id}] = at(start);
  for (let minute = 10; minute < 240; minute += 10) expect(at(start + minute * MINUTE)[0].id).toBe(id);
  expect(at(start + 240 * MINUTE)[0].id).not.toBe(id);
});

test('both ages are options', () => {
  const at = sessions({sessionInactivityMs: 1000, sessionMaxAgeMs: 10_000});
  const [{id}] = at(start);
  expect(at(start + 999)[0].id).toBe(id);
  expect(at(start + 2000)[0].id).not.toBe(id);
});

test('the decision is made once per session and kept with its rate', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.05);
  expect(sessions({sampleRate: 0.1})(start)[0]).toMatchObject({kept: true, rate: 0.1});
  vi.mocked(Math.random).mockReturnValue(0.99);
  expect(sessions({sampleRate: 0.5})(start + 1000)[0]).toMatchObject({kept: true, rate: 0.1});
  expect(sessions({sampleRate: 0.5})(start + 31 * MINUTE)[0]).toMatchObject({kept: false, rate: 0.5});
});

test.each([
  [undefined, 1],
  [NaN, 1],
  [7, 1],
  [0.25, 0.25],
])('a sample rate of %s means %s', (sampleRate, rate) => {
  expect(sessions({sampleRate})(start)[0].rate).toBe(rate);
});

test('sessions are kept as often as the rate says', () => {
  let kept = 0;
  for (let i = 0; i < 2000; i++) {
    localStorage.clear();
    if (sessions({sampleRate: 0.3})(start)[0].kept) kept++;
  }
  expect(kept / 2000).toBeCloseTo(0.3, 1);
});

const good = {id: 'a'.repeat(32), rate: 0.5, kept: true, start: start - 1000, last: start - 1000};
const HOUR = 60 * MINUTE;

test('a stored session goes on, and nothing but it is taken from there', () => {
  localStorage.setItem('otelcol-rum', JSON.stringify({...good, more: 'x'}));
  expect(sessions({})(start)).toEqual([{...good, last: start}, false]);
});

test.each([
  ['of the future', {start: start + 24 * HOUR, last: start + 24 * HOUR}],
  ['that was last active in the future', {last: start + HOUR}],
  ['whose rate is a text', {rate: '0.999'}],
  ['whose beginning is a text', {start: String(start)}],
  ['whose last activity is none', {last: null}],
  ['without a rate', {rate: undefined}],
  ['whose id is a list', {id: ['a'.repeat(31), 'b']}],
  ['whose id is no hex', {id: 'x'.repeat(32)}],
])('a stored session %s has ended', (_, damage) => {
  localStorage.setItem('otelcol-rum', JSON.stringify({...good, ...damage}));
  const [session, isNew] = sessions({})(start);
  expect(isNew).toBe(true);
  expect(session).toMatchObject({rate: 1, start, last: start});
});

test('a clock that jumps by hours begins a new session, one that is set right by seconds does not', () => {
  const at = sessions({});
  const [{id}] = at(start);
  expect(at(start - 5000)[0].id).toBe(id);
  const [back, isNew] = at(start - 5 * HOUR);
  expect([back.id == id, isNew]).toEqual([false, true]);
  expect(at(start)[0].id).not.toBe(back.id);
});

test('what a page does by itself neither keeps a session alive nor begins one', () => {
  const at = sessions({});
  const [{id}] = at(start);
  for (let minute = 1; minute < 100; minute++) expect(at(start + minute * MINUTE, false)[0].id).toBe(id);
  const [next, isNew] = at(start + 100 * MINUTE, true);
  expect([next.id == id, isNew]).toEqual([false, true]);
});

test('but it begins the first one, and a new one when the last is too old', () => {
  const at = sessions({});
  const [{id}, isNew] = at(start, false);
  expect(isNew).toBe(true);
  expect(at(start + 4 * HOUR, false)[0].id).not.toBe(id);
});

test('a tab where nobody is follows the one where somebody is', () => {
  const [polls, used] = [sessions({}), sessions({})];
  const [{id}] = polls(start);
  polls(start + 40 * MINUTE, false);
  const [next] = used(start + 41 * MINUTE, true);
  expect(next.id).not.toBe(id);
  expect(polls(start + 42 * MINUTE, false)[0].id).toBe(next.id);
});

test.each(['', 'null', '{', '{"id":1}', '{"id":"zz","rate":1}', JSON.stringify({id: 'a'.repeat(32), rate: 9, start, last: start})])(
  'what is damaged in storage is not believed: %s',
  (text) => {
    localStorage.setItem('otelcol-rum', text);
    const [session, isNew] = sessions({})(start);
    expect(isNew).toBe(true);
    expect(session.id).toMatch(/^[0-9a-f]{32}$/);
  },
);

test('where storage is blocked, the session lives as long as the page', () => {
  vi.stubGlobal('localStorage', {
    getItem() {
      throw new DOMException('blocked', 'SecurityError');
    },
    setItem() {
      throw new DOMException('blocked', 'SecurityError');
    },
  });
  const at = sessions({});
  const [{id}] = at(start);
  expect(at(start + 10 * MINUTE)[0].id).toBe(id);
  vi.unstubAllGlobals();
});
