import {expect, vi} from 'vitest';
import {flushed, hide, pass, receiver, reject, servers, throwUncaught, useHarness} from '../harness.js';
import type {RUMEvent} from '../wire.js';
import {mistake, reported} from './dom.js';

useHarness();

const url = 'https://bob:secret@api.example/x?token=secret#access_token=secret';

mistake(
  'queries stripped from resources alone: tokens leave through every other URL',
  {
    'the address of the page': [
      ['page.ts', 'scrubURL(new window.URL(view.url || href, href).href, settings.keepQuery)', 'new window.URL(view.url || href, href).href'],
    ],
    'the referrer': [['page.ts', "scrubURL(ofDocument('referrer'), settings.keepQuery)", "ofDocument('referrer')"]],
    'resources and files': [['clean.ts', 'scrubURL(value, keepQuery)', 'value']],
    'messages, stacks, console texts': [['scrub.ts', "return url.includes('/') ? scrubURL(address) + place : url;", 'return url;']],
    'attributes and tags': [['clean.ts', "/string|bigint/.test(typeof value) || asTexts ? cleanText(value) : value", 'value']],
    'fragments': [['scrub.ts', "url.split('#')[0]", 'url']],
    'user names and passwords': [['scrub.ts', ".replace(/\\/\\/[^/@]*@/, '//')", '']],
    'parameters that only look like those named harmless': [['scrub.ts', "keepQuery.includes(pair.split('=')[0])", "keepQuery.some((name) => pair.includes(name))"]],
  },
  async ({load, happens}) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(Document.prototype, 'referrer', 'get').mockReturnValue(url);
    history.replaceState(null, '', '/reset?token=secret&q=shoes#access_token=secret');
    const client = load({consoleErrors: true, cspViolations: true, keepQuery: ['q'], userId: url, tags: {from: url}});
    happens('resource', {name: url, duration: 500});
    happens('resource', {name: 'https://api.example/x?seq=secret', duration: 500});
    happens('largest-contentful-paint', {startTime: 1, url});
    happens('long-animation-frame', {duration: 90, scripts: [{sourceURL: url, duration: 80}]});
    const error = new Error(`GET ${url} failed`, {cause: new Error(url)});
    client.recordError(Object.assign(error, {stack: `Error\n at f (${url}:1:2)`}), {url});
    throwUncaught(new TypeError(url));
    reject(url);
    console.error('cannot load', url);
    window.dispatchEvent(Object.assign(new Event('error'), {message: 'x', filename: url}));
    document.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), {blockedURI: url, sourceFile: url}));
    client.recordCustomMetric('x', 1, {url});
    servers.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await fetch(url).catch(() => {});
    history.pushState(null, '', '/next?token=secret');
    client.recordPageView({url: '/virtual?token=secret'});
    await flushed();
    const sent = JSON.stringify(receiver.beacons);
    expect(receiver.beacons[0].pages.map(({url}) => url)).toContain('https://shop.example/reset?q=shoes');
    expect((await reported('error')).length).toBeGreaterThanOrEqual(6);
    expect(sent.match(/.{0,30}secret.{0,30}/g)).toBeNull();
  },
);

mistake(
  'texts of the page and values of inputs: a selector is enough to know what was clicked',
  {
    'the text as the selector': [['selector.ts', "const tag = ofElement('localName', element);", "const tag = element.textContent + 'x';"]],
    'values with it': [['selector.ts', "const tag = ofElement('localName', element);", 'const tag = (element as HTMLInputElement).value;']],
    'all attributes': [['selector.ts', "const tag = ofElement('localName', element);", 'const tag = element.outerHTML;']],
    'objects on the console': [["collect/console-errors.ts", 'Object(arg) !== arg', 'true'], ['collect/console-errors.ts', ".join(' ')", ".map((arg) => JSON.stringify(arg)).join(' ')"]],
    'what is thrown without being an error': [['collect/errors.ts', '`{${Object.keys(thrown)}}`', 'JSON.stringify(thrown)']],
  },
  async ({load, happens}) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    document.body.innerHTML =
      '<form class="login"><input type="password" value="secret" title="secret"><button name="secret">secret</button></form>';
    load({consoleErrors: true});
    for (const element of document.querySelectorAll<HTMLElement>('input, button')) element.click();
    const target = document.querySelector('button');
    happens('event', {name: 'click', interactionId: 1, startTime: 1, duration: 90, processingStart: 2, processingEnd: 3, target});
    console.error('cannot save', {password: 'secret'});
    reject({password: 'secret'});
    await flushed();
    expect(receiver.beacons[0].events.map(({k}) => k)).toEqual(expect.arrayContaining(['click', 'vital', 'error']));
    expect(JSON.stringify(receiver.beacons)).not.toContain('secret');
  },
);

mistake(
  'consent that is pending taken for consent, or for none',
  {
    'collects at once': [['gate.ts', "if (way._consent != 'granted' || ofDocument", 'if (ofDocument'], ['gate.ts', " || way._consent != 'granted') return;", ') return;'], ['start.ts', "way._consent == 'granted' && session", 'session']],
    'forgets what happened before': [['start.ts', 'const early = batches._clear();', 'batches._clear(); const early: never[] = [];']],
    'goes on when it is denied': [['start.ts', "way._consent == 'denied' || ", '']],
    'keeps what was before the denial': [['client.ts', "if (given == 'denied') started._forget();", '']],
    'sends what waits after it was taken back': [['start.ts', "way._consent == 'granted' && session", 'session'], ['client.ts', "if (given == 'denied') started._forget();", '']],
  },
  async ({load, observed}) => {
    const client = load({consent: 'pending'});
    throwUncaught(new Error('early'));
    hide();
    await pass(60_000);
    expect([receiver.requests.length, localStorage.length, observed()]).toEqual([0, 0, []]);
    client.setConsent('granted');
    expect(await reported('error')).toMatchObject([{m: 'early'}]);

    receiver.requests = [];
    client.recordCustomMetric('waits', 1);
    client.setConsent('denied');
    client.recordCustomMetric('later', 1);
    hide();
    await pass(60_000);
    expect(receiver.requests).toHaveLength(0);
    client.setConsent('granted');
    expect(await reported('measure')).toEqual([]);
  },
);

mistake(
  'Global Privacy Control: honoured although nobody asked, or not although the site wants it',
  {
    'not honoured': [['parts/respect-gpc.ts', 'respectGPC && (', 'false && (']],
    'honoured unasked': [['parts/respect-gpc.ts', 'respectGPC && (', '(']],
  },
  async ({load}) => {
    vi.stubGlobal('navigator', {globalPrivacyControl: true, language: 'en'});
    load({respectGPC: true});
    await pass(10_000);
    expect([receiver.requests.length, localStorage.length]).toEqual([0, 0]);
    load();
    await pass(10_000);
    expect(receiver.requests).toHaveLength(1);
  },
);

mistake(
  'the user agent parsed, or sent again: every request says it already',
  {'sent as a field': [['collect/surroundings.ts', 'encodeSurroundings(language,', 'encodeSurroundings(navigator.userAgent,']]},
  async ({load}) => {
    load();
    await flushed();
    expect(JSON.stringify(receiver.beacons)).not.toContain(navigator.userAgent);
  },
);

mistake(
  'strings and attributes as long and as many as anybody likes',
  {
    'messages without end': [['scrub.ts', 'MAX_STRING = 1000', 'MAX_STRING = 1e9']],
    'stacks without end': [['scrub.ts', 'MAX_STACK = 8000', 'MAX_STACK = 1e9']],
    'attributes without end': [['clean.ts', 'MAX_ATTRIBUTES = 32', 'MAX_ATTRIBUTES = 1e9']],
    'names of attributes without end': [['clean.ts', 'name.slice(0, 100)', 'name']],
    'URLs without end': [['scrub.ts', 'MAX_URL = 2000', 'MAX_URL = 1e9']],
    'objects as attributes': [['clean.ts', '/string|boolean|bigint/.test(typeof value) || Number.isFinite(value)', 'true']],
  },
  async ({load}) => {
    const long = 'x'.repeat(50_000);
    const many = Object.fromEntries(Array.from({length: 100}, (_, i) => [`key${i}`, long]));
    history.replaceState(null, '', '/' + long);
    load({tags: many}).recordCustomMetric('x', 1);
    await flushed();
    load().recordError(Object.assign(new Error(long), {stack: long}), {[long]: 1, object: {a: {b: {c: 1}}}, ...many});
    const [error] = await reported('error');
    expect(error).toBeDefined();
    expect(error.m.length).toBeLessThanOrEqual(1000);
    expect(error.s!.length).toBeLessThanOrEqual(8000);
    const {a} = error as RUMEvent;
    for (const kept of [a!, receiver.beacons[0].tags!]) {
      expect(Object.keys(kept).length).toBeLessThanOrEqual(32);
      for (const [key, value] of Object.entries(kept)) expect([key.length <= 100, String(value).length <= 1000]).toEqual([true, true]);
    }
    expect(Object.values(a!).filter((value) => typeof value == 'object')).toEqual([]);
    expect(receiver.beacons[0].pages[0].url.length).toBeLessThanOrEqual(2000);
  },
);

mistake(
  'titles and routes that go as they are: with a token in them, or too long to be sent at all',
  {
    'of a view that is opened': [['page.ts', "...cleanAttributes(view, 'texts')", '...view']],
    'of the view that is open': [['methods.ts', "Object.assign(page(), cleanAttributes(view, 'texts'))", 'Object.assign(page(), view)']],
    'of the document': [['collect/titles.ts', "cleanText(ofDocument('title'), MAX_TITLE)", 'document.title']],
  },
  async ({load}) => {
    document.title = 'Reset https://shop.example/reset?token=secret';
    const client = load();
    const named = {route: '/x'.repeat(40_000), title: '/reset?token=secret'};
    await flushed();
    client.recordPageView({url: '/v', ...named});
    await flushed();
    history.pushState(null, '', '/next');
    client.recordPageView(named);
    await flushed();
    const pages = receiver.beacons.flatMap(({pages}) => pages);
    expect(pages.map(({url}) => new URL(url).pathname)).toEqual(['/', '/v', '/next']);
    for (const {route = ''} of pages) expect(route.length).toBeLessThanOrEqual(2000);
    expect(JSON.stringify(pages)).not.toContain('secret');
  },
);
