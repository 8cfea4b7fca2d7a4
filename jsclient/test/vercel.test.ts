// The packages as they are on npm, and what the receiver serves in the place of the scripts that they load.
import {inject, pageview, track, type BeforeSend} from '@vercel/analytics';
import {injectSpeedInsights} from '@vercel/speed-insights';
import {afterEach, expect, test, vi} from 'vitest';
import {beforeSend, getRUM, initRUMWith, methods, routes, titles} from '../src/index.js';
import type {RUMOptions} from '../src/options.js';
import type {Collector} from '../src/recorder.js';
import {adapt, routeOf} from '../src/vercel/adapter.js';
import {events, flushed, kinds, pass, receiver, useHarness} from './harness.js';

useHarness();
// The tests say when the scripts are there.
Object.assign((window as unknown as {happyDOM: {settings: object}}).happyDOM.settings, {handleDisabledFileLoadingAsSuccess: true});
const page = globalThis as Record<PropertyKey, unknown>;
afterEach(() => {
  for (const name of ['va', 'vaq', 'vai', 'vam', 'si', 'siq', 'sil', Symbol.for('@otelcol-rum/vercel')]) delete page[name];
  document.head.innerHTML = '';
});

/** Stands for the vitals, which a DOM without layout has none of. */
const lcp: Collector = ({record}) => record({kind: 'vital', name: 'LCP', value: 900, time: 900});

const ANALYTICS = {scriptSrc: 'https://collector.example/rum.js?vercel#analytics', mode: 'production'} as const;
const INSIGHTS = {scriptSrc: 'https://collector.example/rum.js?vercel#speed-insights'};

let started: RUMOptions | undefined;

/** The script of each tag is there, in the order of the tags. */
function scriptsArrive() {
  started = undefined;
  for (const tag of document.head.querySelectorAll('script')) {
    adapt(tag, (options, vercel) => {
      started = options;
      initRUMWith([{beforeSend}, vercel, titles, lcp, ...(options.routes == false ? [] : [routes])], options, methods);
    });
  }
}

type Arrived = (typeof receiver.beacons)[number]['events'][number];

/** What has arrived of a kind, with the page of each. */
async function reported<Kind extends Arrived['k']>(kind: Kind) {
  await pass(0);
  await flushed();
  return receiver.beacons.flatMap(({pages, events}) =>
    events.filter((event): event is Extract<Arrived, {k: Kind}> => event.k == kind).map((event) => ({event, ...pages[event.p ?? 0]})));
}

const views = async () => (await reported('view')).map(({url, route}) => [new URL(url).pathname, route]);

test('analytics alone: the load, routes that history reports, and custom events with their data', async () => {
  inject(ANALYTICS);
  track('signup', {plan: 'pro', seats: 3, trial: true, coupon: null});
  scriptsArrive();
  track('purchase', {price: 12.5}, {flags: ['new-checkout']});
  await pass(0);
  history.pushState(null, '', '/pricing?from=mail');
  expect(await views()).toEqual([['/', undefined], ['/pricing', undefined]]);
  expect((await reported('measure')).map(({event}) => [event.n, event.v, event.a])).toEqual([
    ['signup', 1, {plan: 'pro', seats: 3, trial: true}],
    ['purchase', 1, {price: 12.5, flags: 'new-checkout'}],
  ]);
  expect(started).toMatchObject({endpoint: 'https://collector.example/v1/rum', app: undefined});
});

test('the endpoint and the name of the application are those of the tag', async () => {
  inject({...ANALYTICS, endpoint: 'https://collector.example/v1/rum/a-key', dsn: 'shop'});
  scriptsArrive();
  expect(started).toMatchObject({endpoint: 'https://collector.example/v1/rum/a-key', app: 'shop'});
});

test('with disableAutoTrack a page is what the framework reports, with its route, and nothing else', async () => {
  inject({...ANALYTICS, disableAutoTrack: true});
  pageview({route: '/blog/[slug]', path: '/'});
  scriptsArrive();
  await pass(0);
  history.pushState(null, '', '/docs/a/b');
  await pass(0);
  pageview({route: '/docs/[...path]', path: '/docs/a/b'});
  pageview({route: '/docs/[...path]', path: '/docs/a/b'}); // React renders twice in development
  history.pushState(null, '', '/docs/a/b?sort=1');
  expect(await views()).toEqual([['/', '/blog/:slug'], ['/docs/a/b', '/docs/*path']]);
});

test('a script that comes late knows the pages that were reported before', async () => {
  inject({...ANALYTICS, disableAutoTrack: true});
  pageview({route: '/', path: '/'});
  history.pushState(null, '', '/product/1');
  pageview({route: '/product/[id]', path: '/product/1'});
  scriptsArrive();
  expect(await views()).toEqual([['/', '/'], ['/product/1', '/product/:id']]);
});

test('with disableAutoTrack and without a page, none is reported, until there is one', async () => {
  inject({...ANALYTICS, disableAutoTrack: true});
  scriptsArrive();
  expect(await views()).toEqual([]);
  pageview({route: '/', path: '/'});
  expect(await views()).toEqual([['/', '/']]);
});

test('speed-insights alone: vitals of its route, as it changes; its rate is that of sessions', async () => {
  const insights = injectSpeedInsights({...INSIGHTS, route: '/', sampleRate: 0.999999});
  scriptsArrive();
  expect(started!.sampleRate).toBe('0.999999');
  await pass(0);
  history.pushState(null, '', '/product/1');
  insights!.setRoute('/product/[id]');
  await Promise.resolve();
  expect(await views()).toEqual([['/', '/'], ['/product/1', '/product/:id']]);
  expect((await reported('vital'))[0]).toMatchObject({event: {n: 'LCP'}, route: '/'});
  insights!.setRoute(null); // leaves the word `undefined`
  await Promise.resolve();
  getRUM()!.recordEvent('later');
  expect((await reported('measure'))[0].route).toBe('/product/:id');
});

test('both have one client, wherever their scripts come from; page views are of everybody, vitals of some', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  inject({...ANALYTICS, endpoint: '/v1/rum'});
  injectSpeedInsights({...INSIGHTS, endpoint: '/v1/rum', sampleRate: 0.4, route: '/'});
  expect(document.head.querySelectorAll('script')).toHaveLength(2);
  scriptsArrive();
  expect(started!.sampleRate).toBeUndefined();
  expect(await views()).toEqual([['/', '/']]);
  expect(kinds()).not.toContain('vital');
});

test('the second of the two may come when the first runs', async () => {
  inject(ANALYTICS);
  scriptsArrive();
  const running = getRUM();
  injectSpeedInsights({...INSIGHTS, route: '/a/[b]', sampleRate: 1});
  scriptsArrive();
  expect(getRUM()).toBe(running);
  expect(started).toBeUndefined();
  expect(await reported('vital')).toMatchObject([{route: '/a/:b'}]);
});

test('beforeSend of analytics drops and changes page views and events, that of speed-insights vitals', async () => {
  const seen: string[] = [];
  const ofPages: BeforeSend = (event) => {
    seen.push(event.type + ' ' + event.url);
    if (event.url.includes('/private')) return null;
    return {...event, url: event.url.replace(/\/user\/\d+/, '/user/x')};
  };
  inject({...ANALYTICS, beforeSend: ofPages});
  injectSpeedInsights({...INSIGHTS, beforeSend: (event) => (event.url.includes('/user/') ? event : null)});
  scriptsArrive();
  await pass(0);
  history.pushState(null, '', '/user/17?tab=orders');
  track('opened');
  history.pushState(null, '', '/private/1');
  getRUM()!.recordError(new Error('of a private page'));
  track('clicked');
  expect(await views()).toEqual([['/', undefined], ['/user/x', undefined]]);
  expect((await reported('measure')).map(({event, url}) => [event.n, url])).toEqual([['opened', 'https://shop.example/user/x']]);
  expect(kinds()).not.toContain('error');
  expect(kinds()).not.toContain('vital');
  // Each page once, with its query; then its events.
  expect(seen).toEqual([
    'pageview https://shop.example/?utm=1',
    'pageview https://shop.example/user/17?tab=orders',
    'event https://shop.example/user/x',
    'pageview https://shop.example/private/1',
    'event https://shop.example/private/1',
  ]);
  expect(JSON.stringify(receiver.beacons)).not.toMatch(/tab=|utm|\/17/);
});

test('a hook may be replaced, and one that throws drops', async () => {
  inject({...ANALYTICS, beforeSend: () => null});
  scriptsArrive();
  track('dropped');
  (page.va as (...call: unknown[]) => void)('beforeSend', (event: object) => event);
  track('kept');
  (page.va as (...call: unknown[]) => void)('beforeSend', () => {
    throw new Error('of the page');
  });
  track('dropped too');
  expect((await reported('measure')).map(({event}) => event.n)).toEqual(['kept']);
});

test('in development nothing is sent, and the console says what would be', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  inject({...ANALYTICS, mode: 'development'});
  track('signup');
  scriptsArrive();
  await pass(0);
  await flushed();
  expect(receiver.requests).toEqual([]);
  expect(log).toHaveBeenCalledWith('[rum] not sent in development:', expect.objectContaining({name: 'signup'}), expect.anything());
});

test('calls that mean nothing, and the queues of pages without the package, harm nobody', async () => {
  const tag = document.head.appendChild(document.createElement('script'));
  Object.defineProperty(tag, 'src', {value: 'https://collector.example/rum.js?vercel'});
  // As `arguments` are: no array.
  page.vaq = [{0: 'event', 1: {name: 'queued'}, length: 2, [Symbol.iterator]: Array.prototype[Symbol.iterator]}];
  scriptsArrive();
  const va = page.va as (...call: unknown[]) => void;
  for (const call of [[], ['event'], ['pageview'], ['beforeSend', 'text'], ['event', null], ['pageview', {path: 'http://%'}], [Symbol('x')]]) va(...call);
  expect((await reported('measure')).map(({event}) => event.n)).toEqual(['queued', 'undefined', 'undefined']);
  expect(events().filter(({k}) => k == 'view')).toHaveLength(1);
});

test.each([
  ['/blog/[slug]', '/blog/:slug'],
  ['/[...all]', '/*all'],
  ['/shop/[[...filters]]', '/shop/*filters'],
  ['/[lang]/docs/[id]', '/:lang/docs/:id'],
  ['/about', '/about'],
  ['undefined', undefined],
  [null, undefined],
])('the route %s is %s', (route, template) => expect(routeOf(route)).toBe(template));
