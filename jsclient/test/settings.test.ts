import {describe, expect, test, vi} from 'vitest';
import {beforeSend, getRUM, hash, ignoreErrors, initRUM, initRUMWith, methods, respectGPC, type Collector, type Parts, type RUMOptions} from '../src/index.js';
import {beforeSendCheck} from '../src/collect/before-send-check.js';
import {apiOf, install} from '../src/install.js';
import {initNamed} from '../src/settings.js';
import {events, flushed, kinds, pass, receiver, useHarness} from './harness.js';

useHarness();

const endpoint = 'https://collector.example/v1/rum';
const warned = () => vi.spyOn(console, 'warn').mockImplementation(() => {});

/** The settings that collectors get of these options, if the client starts. */
function settingsOf(options: object) {
  let settings: RUMOptions | undefined;
  initNamed({spy: (recorder) => void (settings = recorder.settings)}, {endpoint, ...options});
  return settings;
}

describe('what cannot be used says so in one line', () => {
  test.each<[string, unknown]>([
    ['no options', undefined],
    ['null', null],
    ['no endpoint', {}],
    ['an endpoint that is undefined', {endpoint: undefined}],
    ['an empty endpoint', {endpoint: ''}],
    ['an endpoint that is no address', {endpoint: 'http://'}],
  ])('%s: the client does nothing', async (_, options) => {
    const warn = warned();
    initRUM(options as RUMOptions).recordCustomMetric('x', 1);
    initRUMWith([], options as RUMOptions, methods).recordCustomMetric('x', 1);
    await pass(60_000);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(warn.mock.calls[0].slice(0, 1)).toEqual(['[rum] not started, endpoint:']);
    expect([getRUM(), receiver.requests]).toEqual([null, []]);
  });

  test.each(['10%', '0,1', '', 'all', 10, NaN, -0.1, true, Symbol('rate')])('a sample rate of %s: nothing is sent', async (sampleRate) => {
    const warn = warned();
    initRUM({endpoint, sampleRate: sampleRate as number}).recordCustomMetric('x', 1);
    await pass(60_000);
    expect(warn.mock.calls).toEqual([['[rum] cannot use', 'sampleRate', sampleRate]]);
    expect(receiver.requests).toEqual([]);
  });

  test('consent that is none is denied, until there is some', async () => {
    const warn = warned();
    const client = initRUM({endpoint, consent: 'yes' as never, navigation: false, routes: false});
    client.recordCustomMetric('before', 1);
    await flushed();
    expect(warn.mock.calls).toEqual([['[rum] cannot use', 'consent', 'yes']]);
    expect(receiver.requests).toEqual([]);
    client.setConsent('granted');
    await flushed();
    expect(kinds()).toContain('view');
    expect(kinds()).not.toContain('measure');
  });

  test('what beforeSend returns that is neither an event nor a decision, such as a promise, is said once', async () => {
    const warn = warned();
    const answers = [true, undefined, {kind: 'measure', time: 1, name: 'other', value: 2}, Promise.resolve(), 'yes'];
    initNamed({beforeSendCheck, ...([{beforeSend}] as object)}, {endpoint, beforeSend: (event) => (event.kind == 'measure' ? (answers.shift() as never) : event)});
    for (const name of ['a', 'b', 'c', 'd', 'e']) getRUM()!.recordCustomMetric(name, 1);
    await flushed();
    expect(warn.mock.calls).toEqual([['[rum] beforeSend returned no event:', expect.any(Promise)]]);
    expect(events().filter(({k}) => k == 'measure')).toMatchObject(['a', 'b', 'other', 'd', 'e'].map((n) => ({n})));
  });

  test.each([5, {q: 1}, new Set(['q'])])('parameters that may stay must be a list: %s', async (keepQuery) => {
    const warn = warned();
    initNamed({}, {endpoint, keepQuery: keepQuery as never}).recordCustomMetric('x', 1);
    await flushed();
    expect(warn.mock.calls).toEqual([['[rum] cannot use', 'keepQuery', keepQuery]]);
    expect(kinds()).toContain('measure');
  });

  test('a version or a name that is a number costs no batch', async () => {
    initRUMWith([], {endpoint, app: 7 as never, version: 1.2 as never}, methods).recordCustomMetric('x', 1);
    await flushed();
    expect(receiver.beacons[0].app).toEqual({name: '7', version: '1.2'});
  });

  test('other options have their default', () => {
    const warn = warned();
    expect(settingsOf({batchSize: 'many', tags: '{"team":"pay"}', app: 'shop'})).toMatchObject({batchSize: undefined, tags: {}, app: 'shop'});
    expect(warn.mock.calls).toEqual([['[rum] cannot use', 'batchSize', 'many', 'tags', '{"team":"pay"}']]);
  });

  test('other options of a client that runs do not count; the same ones are no mistake', () => {
    const warn = warned();
    const options = {endpoint, app: 'shop', clicks: false};
    const first = initRUM(options);
    expect(initRUM({...options})).toBe(first);
    expect(warn).not.toHaveBeenCalled();
    expect(initRUM({...options, app: 'second'})).toBe(first);
    expect(warn.mock.calls).toEqual([['[rum] cannot use', 'other options: it runs']]);
  });

  test('what only another script reads', () => {
    const warn = warned();
    initNamed({}, {endpoint, budgets: true, consoleErrors: false}, /^(budgets|consoleErrors)$/);
    expect(warn.mock.calls).toEqual([['[rum] cannot use', 'budgets', 'without ?full']]);
  });
});

describe('an option whose part is not in the list of initRUMWith: the client does nothing, and says so in one line', () => {
  test.each<[string, Partial<RUMOptions>, Partial<Parts>]>([
    ['beforeSend', {beforeSend: () => true}, {ignoreErrors, hash, respectGPC}],
    ['ignoreErrors', {ignoreErrors: 'x'}, {beforeSend, hash, respectGPC}],
    ['hash', {hash: true}, {beforeSend, ignoreErrors, respectGPC}],
    ['respectGPC', {respectGPC: true}, {beforeSend, ignoreErrors, hash}],
  ])('%s', async (name, options, others) => {
    const warn = warned();
    initRUMWith([others], {endpoint, ...options}, methods).recordCustomMetric('x', 1);
    await pass(60_000);
    expect(warn.mock.calls).toEqual([['[rum] not started, import:', [name]]]);
    expect([getRUM(), receiver.requests]).toEqual([null, []]);
    initRUMWith([others, {beforeSend, ignoreErrors, hash, respectGPC}], {endpoint, ...options}, methods).recordCustomMetric('x', 1);
    await flushed();
    expect(kinds()).toContain('measure');
  });

  test('an option that is off needs none', () => {
    const warn = warned();
    initRUMWith([], {endpoint, hash: false, respectGPC: false});
    expect(getRUM()).not.toBeNull();
    expect(warn).not.toHaveBeenCalled();
  });
});

test('an option whose getter throws: the client does nothing, and nothing is thrown', () => {
  const warn = warned();
  const options = {
    get endpoint(): string {
      throw new Error('mine');
    },
  };
  initRUM(options).recordCustomMetric('x', 1);
  expect(warn.mock.calls).toEqual([['[rum] not started, endpoint:', undefined]]);
  expect(getRUM()).toBeNull();
});

test('a pause so long that browsers take it for none has its default', async () => {
  const warn = warned();
  expect(settingsOf({flushIntervalMs: 1e10})).toMatchObject({flushIntervalMs: undefined});
  expect(warn.mock.calls).toEqual([['[rum] cannot use', 'flushIntervalMs', 1e10]]);
});

test('what is no function cannot be beforeSend: nothing is sent; or resourceFilter: all is reported', async () => {
  const warn = warned();
  initRUM({endpoint, beforeSend: 'x' as never}).recordCustomMetric('x', 1);
  await flushed();
  expect(receiver.requests).toEqual([]);
  getRUM()!.stop();
  expect(settingsOf({resourceFilter: undefined})).toBeDefined();
  getRUM()!.stop();
  let settings: RUMOptions | undefined;
  initNamed({beforeSendCheck, spy: (recorder) => void (settings = recorder.settings)}, {endpoint, resourceFilter: true as never});
  expect(settings!.resourceFilter).toBeUndefined();
  expect(warn.mock.calls).toEqual([
    ['[rum] sends nothing, cannot use beforeSend', 'x'],
    ['[rum] cannot use resourceFilter', true],
  ]);
});

test('numbers in texts are numbers, and texts that should be lists are lists', () => {
  const settings = settingsOf({sampleRate: '0.999', batchSize: '5', sessionMaxAgeMs: '6e4', keepQuery: 'utm_source page', traceOrigins: '/,https://a.example', userId: '007'});
  expect(settings).toMatchObject({
    sampleRate: 0.999,
    batchSize: 5,
    sessionMaxAgeMs: 60_000,
    keepQuery: ['utm_source', 'page'],
    traceOrigins: ['/', 'https://a.example'],
    userId: '007',
  });
});

test('what is null or undefined is not given', () => {
  expect(settingsOf({sampleRate: null, consent: undefined, maxQueue: null})).not.toHaveProperty('sampleRate');
});

test('an option of its name turns off a collector', () => {
  const began: string[] = [];
  const collector = (name: string): Collector => () => void began.push(name);
  initNamed({clicks: collector('clicks'), requests: collector('requests'), budgets: collector('budgets')}, {endpoint, clicks: false, requests: true});
  expect(began).toEqual(['requests', 'budgets']);
});

test.each(['initRUM', 'initRUMWith'])('Global Privacy Control holds for %s', async (how) => {
  Object.defineProperty(navigator, 'globalPrivacyControl', {value: true, configurable: true});
  const options = {endpoint, respectGPC: true};
  const client = how == 'initRUM' ? initRUM(options) : initRUMWith([{respectGPC}], options, methods);
  client.recordCustomMetric('x', 1);
  await flushed();
  delete (navigator as {globalPrivacyControl?: unknown}).globalPrivacyControl;
  expect(receiver.requests).toEqual([]);
});

describe('a script tag', () => {
  /** A module does not know its tag. */
  const module = (dataset: object) => {
    const tag = {dataset, src: 'https://collector.example/rum.js'} as never;
    vi.spyOn(document, 'querySelector').mockImplementation((selector) => (/type=module/.test(selector) ? tag : null));
  };

  test('of a module is found by its attributes', () => {
    module({app: 'shop', clicks: 'false'});
    install(apiOf({}));
    expect(getRUM()).not.toBeNull();
  });

  test('without attributes says that it waits', () => {
    const debug = vi.spyOn(console, 'debug').mockImplementation(() => {});
    install(apiOf({}));
    window.dispatchEvent(new Event('load'));
    expect(debug.mock.calls).toEqual([['[rum] no data-app']]);
  });

  test('with an empty endpoint starts nothing, and says so', () => {
    const warn = warned();
    module({app: 'shop', endpoint: ''});
    install(apiOf({}));
    expect(warn).toHaveBeenCalledOnce();
    expect(getRUM()).toBeNull();
  });
});

describe('debug', () => {
  const said = () => vi.spyOn(console, 'log').mockImplementation(() => {});

  test('says in words what is recorded and lost, where consoles show it', async () => {
    const log = said();
    initRUM({endpoint, debug: true}).recordCustomMetric('basket', 3);
    await flushed();
    expect(log.mock.calls).toContainEqual(['[rum]', 'custom metric', expect.objectContaining({name: 'basket', value: 3})]);
    expect(log.mock.calls).toContainEqual(['[rum]', 'page view', expect.anything()]);
  });

  test('repeats why the receiver refuses', async () => {
    const log = said();
    receiver.answer = () => new Response('{"error":"pages of this origin may not send here","reason":"origin_not_allowed"}', {status: 403});
    initRUM({endpoint, debug: true}).recordCustomMetric('basket', 3);
    await flushed();
    expect(log.mock.calls).toContainEqual(['[rum]', 'the receiver answered 403 origin_not_allowed: pages of this origin may not send here']);
    expect(log.mock.calls.join()).toMatch(/lost \d \(refused\)/);
  });

  test('names options that nobody reads', async () => {
    const log = said();
    const {debugLog, budgets} = await import('../src/index.js');
    initRUMWith([debugLog, budgets], {endpoint, debug: true, budgets: true, consoleErrors: true, sampelRate: 0.1} as RUMOptions);
    await pass(1);
    expect(log.mock.calls).toContainEqual(['[rum]', 'no collector here reads', 'consoleErrors', 'sampelRate']);
  });
});

test('a client that initRUMWith has started without methods: those of initRUM do nothing, and throw nothing', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  const core = initRUMWith([], {endpoint});
  expect(Object.keys(core).sort()).toEqual(['flush', 'sessionId', 'setConsent', 'setUserId', 'stop']);
  const client = initRUM({endpoint});
  client.recordEvent('x');
  client.setTags({team: 'web'});
  await pass(0);
  expect([typeof client.startInteraction('x'), client.sessionId()]).toEqual(['function', core.sessionId()]);
});
