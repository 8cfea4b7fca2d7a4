import {afterEach, describe, expect, test, vi} from 'vitest';
import {checkPerformanceBudget, clicks, cspViolations, consoleErrors, getRUM, initRUM} from '../src/index.js';
import {events, eventWith, flushed, hide, kinds, pass, receiver, reject, startClient, throwUncaught, useHarness} from './harness.js';

useHarness();

function circle() {
  const value: Record<string, unknown> = {id: 1};
  value.self = value;
  return value;
}

test('a page load is reported as a session and a view, with what the page says of itself', async () => {
  document.title = 'Shop';
  startClient({app: 'shop', version: '1.4', environment: 'test', userId: 'u1', tags: {team: 'web'}});
  await pass(5000);
  expect(kinds()).toEqual(['session', 'view']);
  expect(receiver.beacons).toMatchObject([
    {
      v: 1,
      app: {name: 'shop', version: '1.4', env: 'test'},
      user: 'u1',
      tags: {team: 'web'},
      pages: [{url: 'https://shop.example/', type: 'navigate', title: 'Shop'}],
    },
  ]);
  expect(receiver.beacons[0].session).toEqual({id: getRUM()!.sessionId()});
});

describe('the start', () => {
  test('what happens in its first task comes after the session and the load', async () => {
    const beforeSend = vi.fn();
    const client = startClient({beforeSend});
    client.recordCustomMetric('x', 1);
    history.pushState(null, '', '/product/42');
    client.recordCustomMetric('y', 1);
    await flushed();
    const [{pages, events}] = receiver.beacons;
    expect(events.map(({k, p = 0}) => [k, pages[p].url])).toEqual([
      ['session', 'https://shop.example/'],
      ['view', 'https://shop.example/'],
      ['measure', 'https://shop.example/'],
      ['view', 'https://shop.example/product/42'],
      ['measure', 'https://shop.example/product/42'],
    ]);
    expect(beforeSend).toHaveBeenCalledTimes(5);
  });

  test('who asks for the session in it gets it', () => {
    expect(startClient().sessionId()).toMatch(/^[0-9a-f]{32}$/);
  });

  test('a page that is left in it has said that it was there', async () => {
    startClient();
    window.dispatchEvent(new Event('pagehide'));
    await pass(0);
    expect(kinds()).toEqual(['session', 'view']);
  });

  test('consent that is taken back in it leaves no trace; given again, the load is reported', async () => {
    const client = startClient();
    client.setConsent('denied');
    await pass(60_000);
    expect(localStorage.length).toBe(0);
    client.setConsent('granted');
    await flushed();
    expect(kinds()).toEqual(['session', 'view']);
  });
});

describe('sampling', () => {
  test('a sample rate of 0 sends nothing, ever, and leaves no trace', async () => {
    const listen = vi.spyOn(window, 'addEventListener');
    const client = startClient({sampleRate: 0});
    client.recordError(new Error('x'));
    client.flush();
    throwUncaught(new Error('y'));
    hide();
    await pass(60_000);
    expect(receiver.requests).toHaveLength(0);
    expect(listen).not.toHaveBeenCalled();
    expect(localStorage.length).toBe(0);
    expect(getRUM()).toBeNull();
  });

  test('the id of a session that is not kept is undefined, and nothing is thrown on the way', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.6);
    const client = startClient({sampleRate: 0.5});
    const outcomes: unknown[] = [];
    const run = (fn: () => unknown) => {
      try {
        outcomes.push(fn());
      } catch (error) {
        outcomes.push(error);
      }
    };
    vi.stubGlobal('Zone', {root: {run}}); // what is called safely goes through here
    client.sessionId();
    expect(outcomes.pop()).toBeUndefined();
  });

  test('a session that is not kept sends nothing; one that is says at what rate', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.6);
    startClient({sampleRate: 0.5}).recordCustomMetric('x', 1);
    hide();
    await pass(60_000);
    expect(receiver.requests).toHaveLength(0);
    expect(getRUM()!.sessionId()).toBeUndefined();
    getRUM()!.stop();
    localStorage.clear();
    vi.mocked(Math.random).mockReturnValue(0.4);
    startClient({sampleRate: 0.5});
    await flushed();
    expect(receiver.beacons[0].session.rate).toBe(0.5);
  });
});

describe('batches', () => {
  test('an event waits at most 5 s for company', async () => {
    startClient();
    await pass(4990);
    expect(receiver.beacons).toHaveLength(0);
    await pass(20);
    expect(receiver.beacons).toHaveLength(1);
  });

  test('ten events are sent at once, but not in the task that recorded the tenth', async () => {
    const client = startClient();
    for (let i = 0; i < 8; i++) client.recordCustomMetric('x', i);
    expect(receiver.requests).toHaveLength(0);
    await pass(1);
    expect(events()).toHaveLength(10);
  });

  test('both bounds are options', async () => {
    startClient({batchSize: 3, flushIntervalMs: 1000}).recordCustomMetric('x', 1);
    await pass(1);
    expect(events()).toHaveLength(3);
    getRUM()!.recordCustomMetric('x', 2);
    await pass(1000);
    expect(events()).toHaveLength(4);
  });

  test('the page going away sends what waits, once, whatever reports it', async () => {
    startClient();
    hide();
    window.dispatchEvent(new Event('pagehide'));
    await pass(60_000);
    expect(receiver.beacons).toHaveLength(1);
  });

  test('what a loop records past the queue is dropped and counted', async () => {
    const client = startClient({maxQueue: 20});
    await pass(1);
    for (let i = 0; i < 100; i++) client.recordCustomMetric('x', i);
    await pass(1);
    client.recordCustomMetric('later', 1);
    await flushed();
    expect(receiver.beacons[0].events).toHaveLength(20);
    expect(receiver.beacons[0].lost).toEqual({queue_full: 82});
    expect(receiver.beacons[1].lost).toBeUndefined();
  });
});

describe('errors', () => {
  test('uncaught errors and rejections arrive with type, message and stack', async () => {
    startClient();
    throwUncaught(new TypeError('boom'));
    reject(new RangeError('far'));
    reject('a text');
    reject({code: 7, secret: 'x'});
    await flushed();
    const errors = events().filter(({k}) => k == 'error');
    expect(errors).toMatchObject([
      {n: 'TypeError', m: 'boom', s: expect.stringContaining('TypeError: boom')},
      {n: 'RangeError', m: 'far', src: 'unhandledrejection'},
      {n: 'string', m: 'a text', src: 'unhandledrejection'},
      {n: 'object', m: '{code,secret}', src: 'unhandledrejection'},
    ]);
  });

  test('causes follow the stack, as far as they make sense', async () => {
    const root = new Error('disk full');
    const circle = new Error('circle');
    circle.cause = circle;
    startClient().recordError(new Error('no save', {cause: root}));
    getRUM()!.recordError(circle);
    await flushed();
    const [first, second] = events().filter(({k}) => k == 'error') as {s: string}[];
    expect(first.s).toContain('Caused by: Error: disk full');
    expect(second.s.match(/Caused by/g)).toHaveLength(5);
  });

  test('the same error object is reported once, whoever brings it', async () => {
    const error = new Error('x');
    startClient().recordError(error, {where: 'boundary'});
    throwUncaught(error);
    await flushed();
    expect(events().filter(({k}) => k == 'error')).toMatchObject([{src: 'manual', a: {where: 'boundary'}}]);
  });

  test('a loop of equal errors is reported five times, then counted', async () => {
    startClient();
    for (let i = 0; i < 10_000; i++) throwUncaught(Object.assign(new Error('loop'), {stack: 'Error: loop\n at f'}));
    await flushed();
    expect(kinds().filter((k) => k == 'error')).toHaveLength(5);
    expect(receiver.beacons[0].lost).toEqual({duplicate_error: 9995});
  });

  test('a page view reports fifty errors, and the next one starts anew', async () => {
    startClient();
    for (let i = 0; i < 60; i++) throwUncaught(new Error('number ' + i));
    await flushed();
    expect(kinds().filter((k) => k == 'error')).toHaveLength(50);
    expect(receiver.beacons[0].lost).toEqual({error_cap: 10});
    history.pushState(null, '', '/next');
    throwUncaught(new Error('number 60'));
    await flushed();
    expect(kinds().filter((k) => k == 'error')).toHaveLength(51);
  });

  test('errors of foreign scripts and of extensions are marked', async () => {
    startClient();
    throwUncaught(null, 'Script error.');
    throwUncaught(Object.assign(new Error('x'), {stack: 'Error: x\n at chrome-extension://abc/content.js:1:1'}));
    await flushed();
    expect(events().filter(({k}) => k == 'error')).toMatchObject([{a: {opaque: true}}, {a: {extension: true}}]);
  });

  test('an image that does not load is no error of the page', async () => {
    startClient();
    const image = document.body.appendChild(document.createElement('img'));
    image.dispatchEvent(new Event('error'));
    await flushed();
    expect(kinds()).not.toContain('error');
  });

  test('console.error is reported by option, without objects, and given back on stop', async () => {
    const original = vi.spyOn(console, 'error').mockImplementation(() => {});
    const before = console.error;
    startClient({consoleErrors: true}, [consoleErrors]);
    console.error('cannot save', {secret: 1});
    expect(original).toHaveBeenCalledWith('cannot save', {secret: 1});
    await flushed();
    expect(events().find(({k}) => k == 'error')).toMatchObject({n: 'console.error', m: 'cannot save'});
    getRUM()!.stop();
    expect(console.error).toBe(before);
  });

  test('violations of the Content Security Policy are reported by option', async () => {
    startClient({cspViolations: true}, [cspViolations]);
    const violation = {effectiveDirective: 'script-src', blockedURI: 'https://evil.example/x.js?q=secret', disposition: 'enforce'};
    document.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), violation));
    await flushed();
    expect(events().find(({k}) => k == 'error')).toMatchObject({
      n: 'SecurityPolicyViolation',
      m: 'script-src blocked https://evil.example/x.js',
    });
  });

  test('neither is reported unless asked for', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    startClient({}, [consoleErrors, cspViolations]);
    console.error('x');
    document.dispatchEvent(new Event('securitypolicyviolation'));
    await flushed();
    expect(kinds()).not.toContain('error');
  });
});

describe('page views', () => {
  test('a route change opens one, and what follows belongs to it', async () => {
    startClient();
    history.pushState(null, '', '/product/42?token=secret');
    await pass(0);
    getRUM()!.recordCustomMetric('x', 1);
    await flushed();
    const [{pages, events}] = receiver.beacons;
    expect(pages).toMatchObject([
      {url: 'https://shop.example/'},
      {url: 'https://shop.example/product/42', type: 'soft-navigation', ref: 'https://shop.example/'},
    ]);
    expect(events.map(({k, p}) => [k, p])).toEqual([['session', undefined], ['view', undefined], ['view', 1], ['measure', 1]]);
    expect(events[2]).toMatchObject({same: true});
  });

  test('a filter that replaces the query, and a fragment, open none', async () => {
    startClient();
    history.replaceState(null, '', '/?filter=red');
    history.pushState(null, '', '#reviews');
    history.pushState(null, '', '#/cart');
    await flushed();
    expect(kinds().filter((k) => k == 'view')).toHaveLength(1);
  });

  test('the routes of a hash router do by option, each with an address of its own; a query or a section in it does not', async () => {
    history.replaceState(null, '', '/app');
    startClient({hash: true});
    for (const hash of ['#/list', '#/orders/1?token=secret', '#/orders/1?token=other', '#section']) {
      await pass(1);
      history.pushState(null, '', hash);
    }
    await flushed();
    const pages = receiver.beacons.flatMap(({pages}) => pages);
    expect(pages.map(({url}) => url)).toEqual(['https://shop.example/app', 'https://shop.example/app#/list', 'https://shop.example/app#/orders/1']);
  });

  test.each([
    ['a variable', {menu: 1}],
    ['an element', document.createElement('nav')],
  ])('%s with the name navigation hides no route change', async (_, value) => {
    vi.stubGlobal('navigation', value);
    startClient();
    await pass(1);
    history.pushState(null, '', '/second');
    await flushed();
    expect(receiver.beacons.at(-1)!.pages.map(({url}) => new URL(url).pathname)).toContain('/second');
  });

  test('a router may name the view that was observed already', async () => {
    startClient();
    history.pushState(null, '', '/product/42');
    getRUM()!.recordPageView({route: '/product/:id'});
    await flushed();
    expect(receiver.beacons[0].pages).toMatchObject([{}, {url: 'https://shop.example/product/42', route: '/product/:id'}]);
    expect(kinds().filter((k) => k == 'view')).toHaveLength(2);
  });

  test('an application may open one for what has no address', async () => {
    startClient().recordPageView({url: '/virtual?token=secret', title: 'Step 2'});
    await flushed();
    expect(receiver.beacons[0].pages).toMatchObject([{}, {url: 'https://shop.example/virtual', title: 'Step 2'}]);
  });
});

describe('what the application records', () => {
  test('metrics and interactions', async () => {
    const client = startClient();
    client.recordCustomMetric('cart_value', 59.9, {unit: '{EUR}', currency: 'EUR'});
    client.recordInteraction('add_to_cart', 120, {sku: 42});
    await flushed();
    expect(events().slice(2)).toMatchObject([
      {k: 'measure', n: 'cart_value', v: 59.9, u: '{EUR}', a: {currency: 'EUR'}},
      {k: 'action', n: 'add_to_cart', v: 120, a: {sku: 42}},
    ]);
  });

  test('events happened once; an interaction that was begun takes until it is ended', async () => {
    const client = startClient();
    client.recordEvent('signup', {plan: 'pro'});
    const end = client.startInteraction('checkout');
    await pass(250);
    end({step: 3});
    await flushed();
    expect(events().slice(-2)).toMatchObject([
      {k: 'measure', n: 'signup', v: 1, u: '{event}', a: {plan: 'pro'}},
      {k: 'action', n: 'checkout', v: 250, a: {step: 3}},
    ]);
    client.stop();
    expect(() => client.startInteraction('later')()).not.toThrow();
    expect(() => initRUM({endpoint: '/v1/rum', sampleRate: 0}).startInteraction('x')()).not.toThrow();
  });

  test('a number as text is a number', async () => {
    startClient().recordCustomMetric('x', '12' as never);
    await flushed();
    expect(events().at(-1)).toMatchObject({v: 12});
  });

  test('a value that is no number is dropped and counted', async () => {
    const client = startClient();
    client.recordCustomMetric('x', NaN);
    client.recordCustomMetric('x', undefined as never);
    await flushed();
    expect(kinds()).toEqual(['session', 'view']);
    expect(receiver.beacons[0].lost).toEqual({bad_value: 2});
  });

  test('a big integer is a number', async () => {
    const client = startClient();
    client.recordCustomMetric('bytes', 10n as never);
    client.recordInteraction('wait', 20n as never);
    await flushed();
    expect(events().slice(2)).toMatchObject([{v: 10}, {v: 20}]);
  });

  test.each(['once', 'signal', 'passive'])('a page that adds `%s` to every object changes no listener', async (name) => {
    const prototype = Object.prototype as Record<string, unknown>;
    prototype[name] = name == 'signal' ? AbortSignal.abort() : true;
    startClient();
    delete prototype[name];
    for (const message of ['first', 'second']) throwUncaught(new Error(message));
    await flushed();
    expect(kinds().filter((kind) => kind == 'error')).toHaveLength(2);
  });

  test('a page without Blob loses nothing', async () => {
    vi.stubGlobal('Blob', undefined);
    const client = startClient();
    client.recordCustomMetric('x', 1);
    await flushed();
    expect(kinds()).toContain('measure');
  });

  test('beforeSend may change an event, keep it or drop it; what it throws on is dropped too', async () => {
    const answers: Record<string, () => unknown> = {
      error: () => false,
      action: () => {
        throw new Error('mine');
      },
      view: () => true,
    };
    startClient({
      beforeSend(event) {
        if (event.kind == 'measure') return {...event, name: 'renamed'};
        return answers[event.kind]?.() as boolean;
      },
    });
    const client = getRUM()!;
    client.recordError(new Error('x'));
    client.recordInteraction('click', 1);
    client.recordCustomMetric('x', 1);
    await flushed();
    expect(kinds()).toEqual(['session', 'view', 'measure']);
    expect(events()[2]).toMatchObject({n: 'renamed'});
    expect(receiver.beacons[0].lost).toEqual({before_send: 2});
  });

  test('what beforeSend records goes as it is, and asks for nothing more', async () => {
    const client = startClient({
      beforeSend(event) {
        if (event.kind != 'error') return;
        client.recordEvent('error_dropped');
        return false;
      },
    });
    client.recordError(new Error('x'));
    await flushed();
    expect(kinds()).toEqual(['session', 'view', 'measure']);
    getRUM()!.stop();
    const counting = startClient({beforeSend: () => counting.recordEvent('seen')});
    counting.recordEvent('one');
    await flushed();
    expect(events().length).toBeLessThan(15);
  });

  test('beforeSend sees readable names, the event as it is sent, and its page, which it may rewrite once for all', async () => {
    const seen: object[] = [];
    startClient({
      beforeSend(event, page) {
        page.url = page.url.replace(/\d{6}/, ':id');
        seen.push({...event}, {...page});
      },
    });
    await pass(1);
    history.pushState(null, '', '/orders/123456');
    getRUM()!.recordError(new TypeError('GET /api?token=1 failed'), {step: 2});
    await flushed();
    expect(seen).toContainEqual(expect.objectContaining({kind: 'error', name: 'TypeError', message: 'GET /api failed', attributes: {step: 2}}));
    expect(seen.at(-1)).toMatchObject({url: 'https://shop.example/orders/:id', type: 'soft-navigation', referrer: 'https://shop.example/'});
    expect(receiver.beacons[0].pages[1].url).toBe('https://shop.example/orders/:id');
  });

  test('what beforeSend returns instead of an event changes nothing: the event goes', async () => {
    startClient({beforeSend: (async (event: object) => event) as never});
    getRUM()!.recordCustomMetric('x', 1);
    await flushed();
    expect(kinds()).toEqual(['session', 'view', 'measure']);
  });

  test.each([
    ['a big integer', 10n, {n: '10'}],
    ['a circle', circle(), undefined],
    ['a symbol', Symbol('x'), undefined],
  ])('beforeSend that puts in %s costs no batch', async (_, value, reported) => {
    startClient({beforeSend: (event) => void Object.assign(event, {attributes: {n: value}, extra: value})});
    getRUM()!.recordCustomMetric('x', 1);
    await flushed();
    expect(kinds()).toEqual(['session', 'view', 'measure']);
    expect(events()[2].a).toEqual(reported);
  });

  test('an old library that gives arrays a toJSON of its own spoils no batch', async () => {
    const prototype = Array.prototype as {toJSON?: () => unknown};
    prototype.toJSON = () => 'spoilt';
    startClient().recordCustomMetric('x', 1, {a: true});
    await flushed();
    delete prototype.toJSON;
    expect(receiver.beacons[0]).toMatchObject({pages: [{url: 'https://shop.example/'}], events: [{}, {}, {a: {a: true}}]});
  });

  test('a login claims what waits, a change of user does not', async () => {
    const client = startClient();
    client.setUserId('ann');
    client.recordCustomMetric('x', 1);
    client.setUserId('bob');
    await flushed();
    client.recordCustomMetric('x', 2);
    client.setUserId(null);
    client.recordCustomMetric('x', 3);
    await flushed();
    expect(receiver.beacons.map(({user, events}) => [user, events.length])).toEqual([['ann', 3], ['bob', 1], [undefined, 1]]);
  });

  test('tags are added, changed and taken away; a change does not touch what waits', async () => {
    const client = startClient({tags: {team: 'web'}});
    client.setTags({page: 'home', count: 3 as never});
    client.setTags({team: 'shop'});
    client.recordCustomMetric('x', 1);
    await flushed();
    client.setTags({team: null});
    client.recordCustomMetric('x', 1);
    await flushed();
    expect(receiver.beacons.map(({tags}) => tags)).toEqual([
      {team: 'web', page: 'home', count: '3'},
      {team: 'shop', page: 'home', count: '3'},
      {page: 'home', count: '3'},
    ]);
  });

  test('budgets: past the limit an event and a warning, within it neither', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    startClient();
    expect(checkPerformanceBudget('LCP', 2500)).toBe(true);
    expect(checkPerformanceBudget('LCP', 3000)).toBe(false);
    expect(checkPerformanceBudget('search', 120, 100)).toBe(false);
    expect(checkPerformanceBudget('unknown', 120)).toBe(true);
    await flushed();
    expect(events().filter(({k}) => k == 'measure')).toMatchObject([
      {n: 'budget_exceeded', v: 1, a: {metric: 'LCP', value: 3000, budget: 2500, exceeded_by: 500}},
      {n: 'budget_exceeded', v: 1, a: {metric: 'search', value: 120, budget: 100, exceeded_by: 20}},
    ]);
    expect(warn).toHaveBeenCalledTimes(2);
  });
});

describe('consent', () => {
  test('while it is pending nothing is stored or sent, and nothing is forgotten', async () => {
    const client = startClient({consent: 'pending'});
    throwUncaught(new Error('early'));
    hide();
    await pass(60_000);
    expect([receiver.requests.length, localStorage.length]).toEqual([0, 0]);
    client.setConsent('granted');
    await flushed();
    expect(kinds()).toEqual(['session', 'view', 'error']);
  });

  test('denied, nothing is kept', async () => {
    const client = startClient({consent: 'pending'});
    throwUncaught(new Error('early'));
    client.setConsent('denied');
    throwUncaught(new Error('later'));
    client.setConsent('granted');
    await flushed();
    expect(kinds()).toEqual(['session', 'view']);
  });

  test('taken back, collection stops', async () => {
    const client = startClient();
    client.setConsent('denied');
    client.recordCustomMetric('x', 1);
    hide();
    await pass(60_000);
    expect(receiver.requests).toHaveLength(0);
  });

  test('route changes before it do not hide the load', async () => {
    const client = startClient({consent: 'pending'});
    await pass(10);
    history.pushState(null, '', '/product/42');
    client.recordPageView({route: '/product/:id'});
    client.setConsent('granted');
    await flushed();
    const [{pages, events}] = receiver.beacons;
    const views = events.filter(({k}) => k == 'view').map(({p = 0}) => pages[p]);
    expect(views).toMatchObject([
      {url: 'https://shop.example/', type: 'navigate'},
      {url: 'https://shop.example/product/42', type: 'soft-navigation', route: '/product/:id'},
    ]);
  });

  test.each(['pending', 'denied'] as const)('given on another page than that of the load when it was %s, what follows is of that page', async (consent) => {
    const client = startClient({consent});
    await pass(10);
    history.pushState(null, '', '/cart');
    client.setConsent('granted');
    client.recordCustomMetric('x', 1);
    await flushed();
    const [{pages, events}] = receiver.beacons;
    expect(events.map(({k, p = 0}) => k + ' ' + new URL(pages[p].url).pathname)).toEqual(['session /', 'view /', 'view /cart', 'measure /cart']);
  });

  test('Global Privacy Control counts as denied if the site wants it', async () => {
    vi.stubGlobal('navigator', {globalPrivacyControl: true, language: 'en'});
    initRUM({endpoint: '/v1/rum', respectGPC: true});
    await pass(10_000);
    expect(receiver.requests).toHaveLength(0);
    getRUM()!.stop();
    initRUM({endpoint: '/v1/rum'});
    await pass(10_000);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('the client and the page', () => {
  afterEach(() => void Reflect.deleteProperty(Document.prototype, 'prerendering'));

  test('initRUM twice gives the same client', () => {
    expect(startClient()).toBe(startClient());
  });

  test('stop sends what waits, removes every listener and gives history back', async () => {
    const added: unknown[][] = [];
    const removed: unknown[][] = [];
    for (const target of [window, document]) {
      vi.spyOn(target, 'addEventListener').mockImplementation((...args: unknown[]) => void added.push([target, ...args]));
      vi.spyOn(target, 'removeEventListener').mockImplementation((...args: unknown[]) => void removed.push([target, ...args]));
    }
    const {pushState, replaceState} = history;
    const client = startClient({}, [consoleErrors, cspViolations]);
    expect(added.length).toBeGreaterThan(4);
    client.stop();
    await pass(0);
    expect(removed).toEqual(added);
    expect([history.pushState, history.replaceState]).toEqual([pushState, replaceState]);
    expect(receiver.beacons).toHaveLength(1);
    expect(getRUM()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('after stop the old client does nothing, and a new one may start', async () => {
    const old = startClient();
    old.stop();
    old.recordCustomMetric('x', 1);
    await pass(60_000);
    expect(kinds()).toEqual(['session', 'view']);
    expect(startClient()).not.toBe(old);
  });

  test('somebody who wrapped history after us is not unwrapped', () => {
    startClient();
    const ours = history.pushState;
    const theirs = function (this: History, ...args: Parameters<typeof ours>) {
      ours.apply(this, args);
    };
    history.pushState = theirs;
    getRUM()!.stop();
    expect(history.pushState).toBe(theirs);
    history.pushState(null, '', '/still-works');
    expect(location.pathname).toBe('/still-works');
    Reflect.deleteProperty(history, 'pushState');
  });

  test('a bad endpoint gives a client that does nothing, and a warning', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    startClient({endpoint: 'http://['}).recordCustomMetric('x', 1);
    expect(warn).toHaveBeenCalledOnce();
    expect(getRUM()).toBeNull();
  });

  test('no argument makes a method throw', () => {
    const client = startClient() as never as Record<string, (...args: unknown[]) => unknown>;
    const hostile = {
      toString() {
        throw new Error('gotcha');
      },
    };
    for (const [name, method] of Object.entries(client)) {
      if (name == 'stop') continue;
      for (const argument of [undefined, null, 0, '', hostile, [hostile], () => {}, Symbol('s')]) {
        expect(() => method(argument, argument, argument)).not.toThrow();
      }
    }
  });

  test('a prerendered page is reported when it is shown', async () => {
    Object.assign(Document.prototype, {prerendering: true});
    startClient();
    throwUncaught(new Error('while prerendering'));
    await pass(60_000);
    expect(receiver.requests).toHaveLength(0);
    Object.assign(Document.prototype, {prerendering: false});
    document.dispatchEvent(new Event('prerenderingchange'));
    await flushed();
    expect(kinds()).toEqual(['session', 'view', 'error']);
  });

  test('an element of the page whose name is prerendering holds nothing up', async () => {
    Object.assign(document, {prerendering: document.createElement('img')});
    startClient();
    await flushed();
    Reflect.deleteProperty(document, 'prerendering');
    expect(kinds()).toEqual(['session', 'view']);
  });

  test('a session that ended while the page was open is followed by another', async () => {
    startClient();
    await flushed();
    await pass(31 * 60_000);
    getRUM()!.recordCustomMetric('x', 1);
    await flushed();
    expect(kinds()).toEqual(['session', 'view', 'session', 'measure']);
    const [first, second] = receiver.beacons.map(({session}) => session.id);
    expect(first).not.toBe(second);
  });
});

test('a session that may not pause at all begins anew with each event of a person, and ends there', async () => {
  const client = startClient({sessionInactivityMs: 0});
  vi.stubGlobal('navigator', {...navigator, userActivation: {isActive: true}});
  client.recordPageView({url: '/next'});
  await flushed();
  expect(kinds().filter((kind) => kind == 'session').length).toBeLessThan(5);
  expect(kinds().filter((kind) => kind == 'view').length).toBeGreaterThan(1);
});

test('a click on the way out that begins a new session is reported under its id, with what was before under the old one', async () => {
  document.body.innerHTML = '<p>text</p>';
  startClient({sessionInactivityMs: 60_000}, [clicks]);
  await pass(1);
  getRUM()!.recordCustomMetric('before', 1);
  Object.defineProperty(navigator, 'userActivation', {value: {isActive: false}, configurable: true});
  await pass(61_000);
  getRUM()!.recordCustomMetric('poll', 1);
  document.querySelector('p')!.dispatchEvent(eventWith('click', {timeStamp: performance.now()}));
  hide();
  await pass(0);
  delete (navigator as {userActivation?: unknown}).userActivation;
  const reported = receiver.beacons.map(({session, events}) => [session.id, events.map(({k}) => k)]);
  const ids = [...new Set(reported.map(([id]) => id))];
  expect(ids).toHaveLength(2);
  expect(reported.filter(([id]) => id == ids[1]).flatMap(([, kinds]) => kinds)).toEqual(['session', 'click']);
});

test('what a page does by itself is reported in the session in which somebody was there last', async () => {
  Object.defineProperty(navigator, 'userActivation', {value: {isActive: false}, configurable: true});
  startClient({sessionInactivityMs: 60_000});
  for (let minute = 0; minute < 10; minute++) {
    await pass(60_000);
    getRUM()!.recordCustomMetric('poll', minute);
  }
  await flushed();
  expect(kinds().filter((kind) => kind == 'session')).toHaveLength(1);
  getRUM()!.recordPageView({url: '/next'});
  await flushed();
  delete (navigator as {userActivation?: unknown}).userActivation;
  expect(new Set(receiver.beacons.map(({session}) => session.id)).size).toBe(2);
});

test('with zone.js no timer and no listener of ours is in the zone of the application', async () => {
  let inRoot = false;
  const run = <T>(fn: () => T): T => {
    const before = inRoot;
    inRoot = true;
    try {
      return fn();
    } finally {
      inRoot = before;
    }
  };
  vi.stubGlobal('Zone', {root: {run}});
  const outside: string[] = [];
  for (const [target, name] of [[globalThis, 'setTimeout'], [window, 'addEventListener'], [document, 'addEventListener']] as [never, never][]) {
    const original = target[name] as (...args: unknown[]) => unknown;
    const spy = vi.spyOn(target, name) as unknown as {mockImplementation: (fn: (...args: unknown[]) => unknown) => void};
    spy.mockImplementation((...args) => {
      if (!inRoot) outside.push(name);
      return original.apply(target, args);
    });
  }
  const client = startClient();
  client.recordCustomMetric('x', 1);
  history.pushState(null, '', '/next');
  client.recordPageView({route: '/next'});
  expect(outside).toEqual([]);
});
