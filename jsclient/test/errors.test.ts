import {describe as group, expect, test} from 'vitest';
import {getRUM} from '../src/index.js';
import type {ErrorEvent as RUMErrorEvent, RUMEvent} from './wire.js';
import {events, flushed, receiver, reject, startClient, throwUncaught, useHarness} from './harness.js';

useHarness();

const reported = () => events().filter(({k}) => k == 'error') as (RUMEvent & RUMErrorEvent)[];

const throwing = (name: string) => Object.defineProperty(new TypeError('unreadable'), name, {get() { throw new Error('no'); }});
const revoked = () => {
  const {proxy, revoke} = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const bare = (members: object) => Object.assign(Object.create(null) as object, members);

group('what is hard to read is reported with what can be read of it', () => {
  test.each<[string, () => unknown, object]>([
    ['a message that throws', () => throwing('message'), {n: 'TypeError', m: ''}],
    ['a stack that throws', () => throwing('stack'), {n: 'TypeError', m: 'unreadable'}],
    ['a name that throws', () => throwing('name'), {n: 'Error', m: 'unreadable'}],
    ['a revoked proxy', revoked, {n: 'unreadable', m: ''}],
    ['an object without a prototype', () => bare({code: 7}), {n: 'object', m: '{code}'}],
    ['a message without a prototype', () => ({message: bare({})}), {n: 'object', m: '{message}'}],
    ['a symbol', () => Symbol('s'), {n: 'symbol', m: 'Symbol(s)'}],
    ['nothing', () => null, {n: 'object', m: 'null'}],
    ['a number', () => 404, {n: 'number', m: '404'}],
  ])('%s', async (_, make, expected) => {
    startClient();
    reject(make());
    await flushed();
    expect(reported()).toHaveLength(1);
    expect({...{m: ''}, ...reported()[0]}).toMatchObject(expected); // an empty text is not sent
  });

  test.each<[string, () => unknown, string]>([
    ['without a prototype', () => bare({code: 7}), 'Caused by: object: {code}'],
    ['a symbol', () => Symbol('s'), 'Caused by: symbol: Symbol(s)'],
    ['a revoked proxy', revoked, 'Caused by: unreadable:'],
    ['that is 0', () => 0, 'Caused by: number: 0'],
  ])('a cause %s', async (_, make, expected) => {
    startClient();
    throwUncaught(new Error('outer', {cause: make()}));
    await flushed();
    expect(reported()).toHaveLength(1);
    expect(reported()[0].s).toContain(expected);
  });
});

group('a rejection with what is no error says what it is', () => {
  test.each<[string, () => unknown, object]>([
    ['a Response', () => new Response('x', {status: 401}), {n: 'Response', m: expect.stringContaining('401')}],
    ['an Event', () => Object.defineProperty(new Event('error'), Symbol.toStringTag, {value: 'Event'}), {n: 'Event', m: 'error'}],
    ['an element', () => document.createElement('video'), {n: expect.stringMatching(/HTML\w*Element/), m: 'video'}],
    ['an object, whose values may be secret', () => ({user: 'secret', id: 7}), {n: 'object', m: '{user,id}'}],
  ])('%s', async (_, make, expected) => {
    startClient();
    reject(make());
    await flushed();
    expect(reported()).toMatchObject([expected]);
  });

  test('the address of a Response is scrubbed', async () => {
    startClient();
    reject(Object.defineProperty(new Response('', {status: 500}), 'url', {value: 'https://api.example/x?token=secret'}));
    await flushed();
    expect(reported()[0].m).toMatch(/500 https:\/\/api\.example\/x$/);
  });
});

group('causes', () => {
  const stackOf = async (error: unknown) => {
    startClient();
    throwUncaught(error as Error);
    await flushed();
    return reported()[0].s!;
  };

  test('members of an AggregateError are among them, with their own', async () => {
    const one = new RangeError('inner one', {cause: new Error('below one')});
    const text = await stackOf(new AggregateError([one, 'inner two'], 'outer', {cause: new Error('first')}));
    const found = ['first', 'inner one', 'below one', 'string: inner two'].map((part) => text.indexOf(part));
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found.every((at) => at > 0)).toBe(true);
  });

  test('a crowd of them is cut', async () => {
    const text = await stackOf(new AggregateError(Array.from({length: 100}, (_, i) => new Error('inner ' + i)), 'outer'));
    expect(text.match(/Caused by/g)).toHaveLength(5);
  });

  test('that are no list are none', async () => {
    const text = await stackOf(Object.assign(new Error('outer'), {errors: 7}));
    expect(text).not.toContain('Caused by');
  });

  test('of browsers whose stacks do not begin with the message are reported with it', async () => {
    const cause = Object.assign(new TypeError('disk full'), {stack: 'save@https://shop.example/app.js:1:2'});
    expect(await stackOf(new Error('outer', {cause}))).toContain('Caused by: TypeError: disk full\nsave@');
  });
});

group('ignoreErrors', () => {
  const left = async (ignoreErrors: never) => {
    startClient({ignoreErrors});
    for (const error of [new Error('ResizeObserver loop limit'), new RangeError('far'), new RangeError('far (off)')]) throwUncaught(error);
    await flushed();
    const lost = receiver.beacons[0]?.lost;
    getRUM()!.stop();
    return [reported().map(({m}) => m), lost];
  };

  test.each<[string, unknown, string[]]>([
    ['a text', 'ResizeObserver loop', ['far', 'far (off)']],
    ['a text is no pattern', 'far (off)', ['ResizeObserver loop limit', 'far']],
    ['a pattern', /^RangeError: far$/, ['ResizeObserver loop limit', 'far (off)']],
    ['a pattern with a memory', /far/g, ['ResizeObserver loop limit']],
    ['a list', ['ResizeObserver', /off/], ['far']],
    ['none', [], ['ResizeObserver loop limit', 'far', 'far (off)']],
  ])('leaves out %s, and counts it', async (_, option, messages) => {
    const [seen, lost] = await left(option as never);
    expect(seen).toEqual(messages);
    expect(lost).toEqual(messages.length < 3 ? {ignored_error: 3 - messages.length} : undefined);
  });
});

test('an error without a stack has that of the call that reports it', async () => {
  const rum = startClient();
  (function pay() {
    rum.recordError('no funds');
  })();
  await flushed();
  expect(reported()[0]).toMatchObject({n: 'string', m: 'no funds', src: 'manual'});
  expect(reported()[0].s!.split('\n')[1]).toContain('pay');
});
