import {beforeEach, describe, expect, test, vi} from 'vitest';
import {getRUM, requests, resources, traces} from '../src/index.js';
import type {Resource, RUMEvent} from './wire.js';
import {events, flushed, pass, receiver, servers, startClient, useHarness} from './harness.js';
import {fakeObservers} from './observers.js';

useHarness();

/** Requests of scripts as they were reported. */
const reported = () => events().filter(({k}) => k == 'resource') as (RUMEvent & Resource)[];

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;

let browser: ReturnType<typeof fakeObservers>;
beforeEach(() => {
  browser = fakeObservers('resource');
});

/** Starts a client that watches requests. */
const start = (options = {}) => startClient({traceOrigins: '/', ...options}, [resources, requests, traces]);

/** The browser has the whole body now. */
const timed = (url: string, startTime = performance.now(), more = {}) => {
  browser.happens('resource', {name: url, startTime, duration: 30, initiatorType: 'fetch', ...more});
  browser.deliver();
};

describe('fetch', () => {
  test('of a Request that another frame made is reported as it is', async () => {
    start({traceOrigins: false});
    servers.answer = () => new Response('{}', {status: 503});
    await fetch({url: 'https://shop.example/api/frame', method: 'DELETE', [Symbol.toStringTag]: 'Request'} as never);
    window.dispatchEvent(new Event('pagehide'));
    await flushed();
    expect(reported()).toMatchObject([{u: '/api/frame', m: 'DELETE', st: 503}]);
  });

  test('that was answered is reported when the page is left before its timing comes, once', async () => {
    start();
    servers.answer = () => new Response('{}', {status: 500});
    await fetch('/api/orders', {method: 'POST'});
    await fetch('/api/timed');
    timed('https://shop.example/api/timed');
    servers.answer = () => new Response('{}', {status: 200});
    await fetch('/api/fine');
    servers.answer = () => new Promise(() => {});
    void fetch('/api/hangs');
    const since = performance.now();
    await pass(3000);
    for (let i = 0; i < 2; i++) window.dispatchEvent(new Event('pagehide'));
    timed('https://shop.example/api/orders', since);
    await flushed();
    expect(reported().map(({u, st, m, v}) => [u, st, m, v])).toEqual([['/api/timed', 500, 'GET', 30], ['/api/orders', 500, 'POST', 0], ['/api/fine', 200, 'GET', 0]]);
  });

  test('that takes long is known to the end, however many others have come and gone', async () => {
    start();
    let answer: (response: Response) => void;
    servers.answer = () => new Promise((resolve) => (answer = resolve));
    const slow = fetch('/api/slow', {method: 'PUT'});
    const since = performance.now();
    servers.answer = () => new Response('{}');
    for (let i = 0; i < 300; i++) {
      await fetch('/api/fast');
      timed('https://shop.example/api/fast');
    }
    history.pushState(null, '', '/next'); // with caps of its own
    answer!(new Response('{}', {status: 201}));
    await slow;
    await pass(0);
    timed('https://shop.example/api/slow', since, {responseStatus: 201});
    await flushed();
    expect(reported().filter(({u}) => u == '/api/slow')).toMatchObject([{m: 'PUT', st: 201}]);
  });

  test('of which there are many at once is reported with its method and status, as all are', async () => {
    start();
    const answers: ((response: Response) => void)[] = [];
    servers.answer = () => new Promise((resolve) => void answers.push(resolve));
    const all = Array.from({length: 130}, (_, i) => fetch('/api/' + i, {method: 'POST'}));
    const since = performance.now();
    for (const answer of answers) answer(new Response('{}', {status: 500}));
    await Promise.all(all);
    await pass(0);
    timed('https://shop.example/api/0', since, {responseStatus: 500});
    await flushed();
    expect(reported()).toMatchObject([{u: '/api/0', m: 'POST', st: 500}]);
  });

  test('that is never timed, because nobody reads its body, is reported before it is forgotten', async () => {
    start();
    for (let i = 0; i < 251; i++) {
      await fetch('/api/' + (i ? 'others' : 'first'));
      await pass(1);
    }
    await flushed();
    expect(reported()).toMatchObject([{u: '/api/first', m: 'GET', st: 200}]);
  });

  test('that gives nothing, as a test double may, throws nothing into the page', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve());
    vi.spyOn(navigator, 'sendBeacon').mockReturnValue(true);
    start();
    expect(await fetch('/api')).toBeUndefined();
    await pass(1);
  });

  test('that the page has taken away stays away, and where it is frozen XMLHttpRequest is watched all the same', async () => {
    vi.spyOn(navigator, 'sendBeacon').mockReturnValue(true);
    const {open} = XMLHttpRequest.prototype;
    vi.stubGlobal('fetch', undefined);
    startClient({}, [requests]);
    expect(globalThis.fetch).toBeUndefined();
    getRUM()!.stop();
    const fetch = () => {};
    Object.defineProperty(globalThis, 'fetch', {value: fetch, configurable: true, writable: false});
    startClient({}, [requests]);
    expect(globalThis.fetch).toBe(fetch);
    expect(XMLHttpRequest.prototype.open).not.toBe(open);
    getRUM()!.stop();
    Object.defineProperty(globalThis, 'fetch', {value: fetch, configurable: true, writable: true});
  });

  test('is reported with method, status and trace, and timed by the browser, however fast it was', async () => {
    start();
    await fetch('/api/cart?token=secret', {method: 'post'});
    timed('https://shop.example/api/cart?token=secret', undefined, {transferSize: 512});
    await flushed();
    expect(reported()).toMatchObject([{u: '/api/cart', v: 30, m: 'post', st: 200, it: 'fetch', ts: 512}]);
    expect(reported()[0].trace).toMatch(TRACEPARENT);
    expect(servers.calls[0].headers.get('traceparent')).toBe(reported()[0].trace);
  });

  test('has the headers that the page gave it, and the trace that a tracer of the page began', async () => {
    start();
    const theirs = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    await fetch('/api', {headers: {'x-a': '1', traceparent: theirs}});
    await fetch(new Request('https://shop.example/api2', {headers: {'x-b': '2'}}));
    expect(servers.calls.map(({headers}) => headers.get('x-a') || headers.get('x-b'))).toEqual(['1', '2']);
    expect(servers.calls[0].headers.get('traceparent')).toBe(theirs);
    timed('https://shop.example/api');
    await flushed();
    expect(reported()[0].trace).toBe(theirs);
  });

  test('that fails is reported at once, says why, and fails for the page as ever', async () => {
    start();
    servers.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(fetch('/api')).rejects.toThrow('Failed to fetch');
    servers.answer = () => Promise.reject(new DOMException('', 'AbortError'));
    await expect(fetch('/api')).rejects.toThrow();
    await flushed();
    expect(reported().map(({n, st}) => [n, st])).toEqual([
      ['TypeError', undefined],
      ['AbortError', undefined],
    ]);
    timed('https://shop.example/api', undefined, {duration: 5000});
    await flushed();
    expect(reported()).toHaveLength(2); // a timing that comes after all is no second request
  });

  test('of which the page ignores the failure is an unhandled rejection as ever', async () => {
    start();
    servers.answer = () => Promise.reject(new TypeError('offline'));
    const seen = vi.fn();
    process.once('unhandledRejection', seen);
    void fetch('/api');
    await pass(0);
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toHaveBeenCalledOnce();
  });

  test('of one URL twice at once: each timing finds its own call', async () => {
    start();
    const statuses = [200, 500];
    servers.answer = () => new Response('', {status: statuses.shift()});
    const first = performance.now();
    await fetch('/api', {method: 'GET'});
    await pass(50);
    const second = performance.now();
    await fetch('/api', {method: 'PUT'});
    timed('https://shop.example/api', second + 0.5);
    timed('https://shop.example/api', first + 0.5);
    await flushed();
    expect(reported().map(({m, st}) => [m, st])).toEqual([
      ['PUT', 500],
      ['GET', 200],
    ]);
  });

  test('by code that got hold of it before is a resource like any other: reported when slow', async () => {
    const {fetch: early} = globalThis;
    start();
    await early('/api');
    timed('https://shop.example/api', undefined, {duration: 99});
    timed('https://shop.example/api', undefined, {duration: 101});
    await flushed();
    expect(reported()).toMatchObject([{v: 101}]);
    expect(reported()[0].m).toBeUndefined();
  });

  test('with nonsense for arguments fails as it would without us', async () => {
    start();
    servers.answer = () => Promise.reject(new TypeError('Invalid URL'));
    await expect(fetch('http://')).rejects.toThrow('Invalid URL');
    await expect(fetch(undefined as never)).rejects.toThrow();
  });
});

describe('traceparent', () => {
  const traced = async (url: string, options = {}) => {
    start(options);
    await fetch(url);
    const {headers} = servers.calls.at(-1)!;
    getRUM()!.stop();
    return headers.get('traceparent');
  };

  test('goes to servers that are named, by parsed origin, pattern or function, and nowhere else', async () => {
    const traceOrigins = ['https://api.example/', '/'];
    expect(await traced('/api', {traceOrigins})).toMatch(TRACEPARENT);
    expect(await traced('/api', {traceOrigins: /\/api$/})).toMatch(TRACEPARENT);
    expect(await traced('/api', {traceOrigins: (url: string) => url.endsWith('/api')})).toMatch(TRACEPARENT);
    expect(await traced('/other', {traceOrigins: [/\/api$/g, () => false]})).toBeNull();
    expect(await traced('/api', {traceOrigins: undefined})).toBeNull();
    expect(await traced('https://api.example/v1', {traceOrigins})).toMatch(TRACEPARENT);
    for (const url of ['https://api.example.evil.example/', 'https://api.example@evil.example/', 'http://api.example/']) {
      expect(await traced(url, {traceOrigins})).toBeNull();
    }
    expect(await traced('https://api.example/v1')).toBeNull();
    expect(await traced('/api', {traceOrigins: false})).toBeNull();
  });

  test('asks the server to record at the rate that is given, and not at all for sessions that are not kept', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(await traced('/api', {traceSampleRate: 0.4})).toMatch(/-00$/);
    expect(await traced('/api', {traceSampleRate: 0.6})).toMatch(/-01$/);
    localStorage.clear();
    expect(await traced('/api', {sampleRate: 0.4})).toBeNull();
  });

  test('is sent below zone.js, which keeps the browser\'s own beside its wrapper, and not below another tracer', async () => {
    const native = fetch;
    const wrapper = (own?: unknown) => Object.assign((...args: Parameters<typeof fetch>) => native(...args), own && {__zone_symbol__OriginalDelegate: own});
    vi.stubGlobal('fetch', wrapper(native));
    expect(await traced('/api')).toMatch(TRACEPARENT);
    vi.stubGlobal('fetch', wrapper());
    expect(await traced('/api')).toBeNull();
  });

  test('is not sent without consent', async () => {
    start({consent: 'granted'});
    getRUM()!.setConsent('denied');
    await fetch('/api');
    expect(servers.calls[0].headers.get('traceparent')).toBeNull();
  });
});

describe('XMLHttpRequest', () => {
  const opened = vi.fn();

  /** A request that ends as the test says. */
  class FakeXHR extends EventTarget {
    status = 0;
    headers: Record<string, string> = {};
    setRequestHeader(name: string, value: string) {
      this.headers[name] = value;
    }
    ends(type: 'load' | 'error' | 'abort' | 'timeout', status = 0) {
      this.status = status;
      this.dispatchEvent(new Event(type));
    }
  }
  beforeEach(() => {
    class XHR extends FakeXHR {}
    // Bound, it looks like the browser's own.
    Object.assign(XHR.prototype, {open: opened, send: (() => {}).bind(null), setRequestHeader: FakeXHR.prototype.setRequestHeader});
    vi.stubGlobal('XMLHttpRequest', XHR);
  });
  const open = (method: string, url: string) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    request.send();
    return request as unknown as FakeXHR;
  };

  test('is reported with method and trace, and timed by the browser', async () => {
    start();
    const request = open('GET', '/api?token=secret');
    request.ends('load', 200);
    timed('https://shop.example/api?token=secret', undefined, {initiatorType: 'xmlhttprequest', responseStatus: 200});
    await flushed();
    expect(reported()).toMatchObject([{u: '/api', v: 30, m: 'GET', st: 200, it: 'xmlhttprequest'}]);
    expect(request.headers.traceparent).toBe(reported()[0].trace);
    expect(opened).toHaveBeenLastCalledWith('GET', '/api?token=secret');
  });

  test.each(['error', 'abort', 'timeout'] as const)('that ends by %s says so', async (type) => {
    start();
    open('POST', 'https://elsewhere.example/api').ends(type);
    await flushed();
    expect(reported()).toMatchObject([{u: 'https://elsewhere.example/api', m: 'POST', n: type}]);
    expect(reported()[0].trace).toBeUndefined();
  });

  test('is given back on stop', () => {
    start();
    expect(XMLHttpRequest.prototype.open).not.toBe(opened);
    getRUM()!.stop();
    expect(XMLHttpRequest.prototype.open).toBe(opened);
  });
});

test('own requests, and what is no request, are not reported', async () => {
  start();
  await fetch('https://collector.example/v1/rum', {method: 'POST', body: '{"events":[]}'}).catch(() => {});
  await fetch('data:text/plain,x');
  await fetch('blob:https://shop.example/1');
  timed('https://collector.example/v1/rum', undefined, {duration: 500});
  await flushed();
  expect(reported()).toEqual([]);
});

test('a page that polls is reported a hundred times, then counted', async () => {
  start();
  for (let i = 0; i < 103; i++) {
    await fetch('/poll');
    timed('https://shop.example/poll');
    await pass(10);
  }
  await flushed();
  expect(reported()).toHaveLength(100);
  expect(receiver.beacons.map(({lost}) => lost?.resource_cap || 0).reduce((a, b) => a + b)).toBe(3);
});

test('fetch is given back on stop', () => {
  const {fetch: before} = globalThis;
  start();
  expect(globalThis.fetch).not.toBe(before);
  getRUM()!.stop();
  expect(globalThis.fetch).toBe(before);
});
