import {expect, test} from 'vitest';
import {cleanAttributes} from '../src/clean.js';
import {flatten} from '../src/flatten.js';

test('nested metadata is reported under its path, as far as three steps; what is no JSON as text', () => {
  const circle: Record<string, unknown> = {id: 5};
  circle.self = circle;
  const nested = {order: {id: 5, lines: [{sku: 'a'}]}, deep: {a: {b: {c: 1}}}, when: new Date(0), big: 10n, circle};
  expect(cleanAttributes(flatten(nested))).toEqual({
    'order.id': 5,
    when: '1970-01-01T00:00:00.000Z',
    big: '10',
    'circle.id': 5,
    'circle.self.id': 5,
  });
  expect(Object.keys(cleanAttributes(flatten({wide: Array.from({length: 1000}, (_, i) => i)}))!)).toHaveLength(32);
});

test('no metadata is none', () => {
  expect([flatten(), flatten(null as never), flatten({})]).toEqual([{}, {}, {}]);
});

test('what cannot be read is left out, and costs nothing else', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const hostile = {
    get secret() {
      throw new Error('no');
    },
    model: {toJSON: () => JSON.parse('{')},
    window: {inner: revoked.proxy},
    sku: 5,
  };
  expect([flatten(hostile), flatten(revoked.proxy)]).toEqual([{sku: 5}, {}]);
});
