// The books of make chaos find what they are to find.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, estimate } from './books.js';
import { hasError } from './population.js';

const sessions = Array.from({ length: 400 }, (_, i) => `session-${i}`);

/** A store that has every record of the sessions that satisfy `kept`, with this weight. */
function storeOf(kept, weight) {
  const records = new Map();
  for (const session of sessions) {
    const add = (event, place, of) => records.set(`${session}-${place}`, { times: 1, session, event, weight: of, unit: '', workers: new Set(['worker-1']) });
    if (hasError(session)) add('exception', 2, 1);
    if (hasError(session) || kept(session)) for (const place of [1, 3]) add('browser.navigation', place, hasError(session) ? 1 : weight);
  }
  return { records };
}
const everyFourth = (session) => Number(session.slice(8)) % 4 === 0;
const find = (store) => compare([...store.records.values()], { sessions });

test('what is complete and weighed right holds', () => {
  const found = find(storeOf(everyFourth, 4));
  assert.deepEqual([found.lost, found.twice, found.split, found.again], [0, 0, 0, 0]);
  assert.ok(Math.abs(found.z) < 3, `${found.z}`);
});

test('weights that are wrong are seen', () => {
  assert.ok(find(storeOf(everyFourth, 2)).z < -4);
  assert.ok(find(storeOf(everyFourth, 8)).z > 4);
});

test('what is lost, came twice under two names, came twice under one, or is on two workers is counted', () => {
  const store = storeOf(everyFourth, 4);
  const [first, second] = [...store.records].filter(([, { event }]) => event === 'exception');
  store.records.delete(first[0]);
  store.records.set('another name', { ...second[1] });
  store.records.set('moved', { ...second[1], event: 'browser.web_vital', workers: new Set(['worker-2']) });
  second[1].times = 3;
  const found = find(store);
  assert.deepEqual([found.lost, found.twice, found.again, found.split], [1, 1, 2, 1]);
});

test('an interval of sessions that were drawn holds the truth about as often as it says', () => {
  let held = 0;
  for (let round = 0; round < 400; round++) {
    const drawn = Array.from({ length: 200 }, (_, i) => ((Math.imul(round * 200 + i + 1, 2654435761) >>> 0) / 2 ** 32 < 0.2 ? [{ weight: 5, unit: '' }, { weight: 5, unit: '' }] : []));
    const { from, to } = estimate(drawn);
    if (from <= 400 && to >= 400) held++;
  }
  assert.ok(held >= 0.9 * 400, `${held} of 400`);
});
