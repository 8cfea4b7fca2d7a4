import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {useBrowser} from './visits.js';

const on = useBrowser({});

/** A site of which every page holds what the test says. It keeps what it is asked for, as it comes. */
let site: Server;
let origin: string;
let store: string;
let head = '';
let asked: {method: string; url: string; headers: string[]; body: string}[] = [];

beforeAll(async () => {
  site = createServer(async (request, response) => {
    // A request that fails on a connection that was used before is sent again, by some browsers and sometimes.
    response.shouldKeepAlive = false;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const {pathname} = new URL(request.url!, 'http://site');
    if (pathname == '/p/list') {
      response.setHeader('content-type', 'text/html');
      return response.end(`<!doctype html><link rel="icon" href="data:,">${head}<h1>Shop</h1>`);
    }
    asked.push({method: request.method!, url: request.url!, headers: request.rawHeaders, body: Buffer.concat(chunks).toString()});
    if (pathname == '/redirect') return response.writeHead(302, {location: store + '/bucket'}).end();
    if (pathname == '/bucket') response.setHeader('access-control-allow-origin', '*');
    if (pathname == '/cut') return response.destroy();
    if (pathname == '/hangs') return;
    response.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const {port} = site.address() as AddressInfo;
  [origin, store] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
});
afterAll(() => {
  site?.closeAllConnections();
  site?.close();
});

const withUs = (attributes = '') =>
  `<script crossorigin src="${on.server.otherOrigin}/rum.full.iife.js" data-app="shop" data-endpoint="${on.server.otherOrigin}/v1/rum" ${attributes}></script>`;

type Request = {method: string; url: string; headers: [name: string, value: string][]; body: string};
type Outcome = {seen: unknown; asked: Request[]};

/** What a page sees of each of these scripts, one after the other, and what its site is asked for. */
async function outcomesOf<Name extends string>(html: string, scripts: Record<Name, string>): Promise<Record<Name, Outcome>> {
  head = `<script>
    unhandled = 0;
    addEventListener('unhandledrejection', (event) => { unhandled++; event.preventDefault(); });
    pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    said = async (response) => [response.status, response.redirected, response.type, new URL(response.url).pathname, await response.text()];
    outcome = async (script) => {
      unhandled = 0;
      try { return JSON.stringify([await script(), unhandled]); } catch (e) { return 'throws ' + e.name; }
    };
  </script>${html}`;
  const page = await on.tab();
  await page.open(origin + '/p/list?token=s3cret');
  const outcomes = {} as Record<Name, Outcome>;
  for (const name in scripts) {
    asked = [];
    const seen = await page.run(`outcome(async () => { ${scripts[name]} })`);
    outcomes[name] = {seen, asked: asked.map(comparable)};
  }
  await page.close();
  return outcomes;
}

/** A browser has no order of headers that it promises, and each form a boundary of its own. */
function comparable({method, url, headers, body}: (typeof asked)[number]): Request {
  const plain = (text: string) => text.replace(/-{4,}[-\w]+/g, 'boundary');
  const pairs = headers.flatMap((name, i): Request['headers'] => (i % 2 ? [] : [[name.toLowerCase(), plain(headers[i + 1])]]));
  const hasBoundary = pairs.some(([, value]) => value.includes('boundary'));
  return {
    method,
    url,
    body: plain(body),
    headers: pairs.filter(([name]) => !(hasBoundary && name == 'content-length')).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

const traces = ({headers}: Request) => headers.filter(([name]) => name == 'traceparent').map(([, value]) => value);

const xhr = (more: string, open = `'GET', '/x'`) =>
  `return await new Promise((resolve) => { const x = new XMLHttpRequest; x.open(${open}); x.onloadend = (e) => setTimeout(() => resolve([e.type, x.status, String(x.response)])); ${more} })`;

const forms: Record<string, string> = {
  'an address': `return said(await fetch('/a'))`,
  'a URL': `return said(await fetch(new URL('/a', location.href)))`,
  'anything that can be a text': `return said(await fetch({toString: () => '/a'}))`,
  'nothing': `return said(await fetch())`,
  'an address that is none': `return said(await fetch('http://'))`,
  'options': `return said(await fetch('/a', {method: 'post', headers: {'X-Own': '1'}, body: 'text'}))`,
  'options with getters of a class': `class Options { get method() { return 'PUT' } get body() { return 'one' } get headers() { return {'x-own': '1'} } }
    return said(await fetch('/a', new Options))`,
  'options that inherit': `return said(await fetch('/a', Object.assign(Object.create({method: 'POST', body: 'two'}), {headers: {'x-own': '1'}})))`,
  'an object that is another text the next time': `let n = 0; return said(await fetch({toString: () => (n++ ? '/b' : '/a')}))`,
  'options that are others the next time': `let n = 0; return said(await fetch('/a', {get method() { return n++ ? 'GET' : 'POST' }}))`,
  'fetch itself': `let made; try { new fetch('/a') } catch (e) { made = e.name } return [made, fetch.name, fetch.length, 'prototype' in fetch]`,
  'options that throw': `return said(await fetch('/a', {get method() { throw new RangeError('mine') }}))`,
  'a Request': `return said(await fetch(new Request('/a', {method: 'PATCH', headers: {'x-own': '1'}, body: 'three'})))`,
  'a Request that is used again': `const r = new Request('/a'); await fetch(r); return [...r.headers, await said(await fetch(r))]`,
  'a Request and options': `return said(await fetch(new Request('/a', {method: 'PUT', body: 'x', headers: {'x-own': '1'}}), {headers: {'x-other': '2'}}))`,
  'a Request as options': `return said(await fetch('/a', new Request('/b', {method: 'DELETE', headers: {'x-own': '1'}})))`,
  'a Request without a referrer': `return said(await fetch(new Request('/a', {referrerPolicy: 'no-referrer'})))`,
  'a Request with a referrer of its own': `return said(await fetch(new Request('/a', {referrer: '/p/cover'})))`,
  'options with a referrer of their own': `return said(await fetch('/a', {referrer: '/p/cover', referrerPolicy: 'origin'}))`,
  'keepalive': `return said(await fetch('/a', {method: 'POST', body: 'x', keepalive: true}))`,
  'no credentials, no store, no cors': `return said(await fetch('/a', {credentials: 'omit', cache: 'no-store', mode: 'same-origin'}))`,
  'FormData': `const f = new FormData; f.append('a', '1'); f.append('f', new Blob(['file']), 'f.txt'); return said(await fetch('/a', {method: 'POST', body: f}))`,
  'URLSearchParams': `return said(await fetch('/a', {method: 'POST', body: new URLSearchParams('a=1')}))`,
  'bytes': `return said(await fetch('/a', {method: 'POST', body: new Uint8Array([97, 98])}))`,
  'a signal': `const c = new AbortController; setTimeout(() => c.abort(), 300); return said(await fetch('/hangs', {signal: c.signal}))`,
  'a reason of its own for an abort': `const c = new AbortController; c.abort(new RangeError('mine')); return said(await fetch('/a', {signal: c.signal}))`,
  'a redirect to a store that allows no header': `return said(await fetch('/redirect'))`,
  'a redirect that is not followed': `return (await fetch('/redirect', {redirect: 'manual'})).type`,
  'a failure that nobody handles': `fetch('/cut'); for (let i = 0; i < 75 && !unhandled; i++) await pause(20); return 1`,
  'a failure that is handled': `await fetch('/cut').catch(() => 0); await pause(50); return 1`,
  'data': `return (await fetch('data:text/plain,x')).text()`,
  'XMLHttpRequest': xhr('x.send()'),
  'XMLHttpRequest with all that it takes': xhr(`x.setRequestHeader('X-Own', '1'); x.responseType = 'json'; x.timeout = 5000; x.send('text')`, `'put', '/x', true, null, null`),
  'XMLHttpRequest, synchronous': `const x = new XMLHttpRequest; x.open('GET', '/x', false); x.send(); return [x.status, x.responseText]`,
  'XMLHttpRequest that is redirected': xhr('x.send()', `'GET', '/redirect'`),
  'XMLHttpRequest that is opened again': xhr(`x.open('POST', '/y'); x.send('y')`),
  'XMLHttpRequest.prototype.open itself': `const {open} = XMLHttpRequest.prototype; return [open.name, open.length, 'prototype' in open]`,
  'XMLHttpRequest of a class that counts listeners': `const types = []; class Mine extends XMLHttpRequest { addEventListener(type, ...more) { types.push(type); return super.addEventListener(type, ...more) } }
    const x = new Mine; x.open('GET', '/x'); x.send(); await new Promise((resolve) => (x.onloadend = resolve)); return types`,
  'XMLHttpRequest with nonsense': `const x = new XMLHttpRequest; x.open(); return 1`,
  'XMLHttpRequest that is sent twice': `const x = new XMLHttpRequest; x.open('GET', '/x'); x.send(); const ended = new Promise((resolve) => (x.onloadend = resolve));
    try { x.send(); return 1 } catch (e) { await ended; return e.name }`,
};

/** With a trace a redirect to another origin needs its consent: the README says so. */
const REDIRECTED = /redirect/;

describe('the page and its server see the same with the client and without', () => {
  let alone: Record<string, Outcome>;
  let beside: typeof alone;
  let traced: typeof alone;

  beforeAll(async () => {
    alone = await outcomesOf('', forms);
    beside = await outcomesOf(withUs(), forms);
    traced = await outcomesOf(withUs('data-trace-origins="/"'), forms);
  }, 120_000);

  test.each(Object.entries(forms))('%s', (name, script) => {
    expect(beside[name]).toEqual(alone[name]);
    if (REDIRECTED.test(script)) return;
    // A trace has to be known before the browser reads what it is called with.
    if (/the next time/.test(name)) return;
    const asked = traced[name].asked.map((request) => ({...request, headers: request.headers.filter(([name]) => name != 'traceparent')}));
    expect({...traced[name], asked}).toEqual(alone[name]);
  });

  test('which is asked for what the scripts ask for, with a trace where it is wanted', () => {
    expect(alone['options'].asked).toMatchObject([{method: 'POST', url: '/a', body: 'text'}]);
    expect(alone['options'].seen).toBe('[[200,false,"basic","/a","{\\"ok\\":true}"],0]');
    expect(alone['a failure that nobody handles'].seen).toBe('[1,1]');
    expect(beside['options'].asked.flatMap(traces)).toEqual([]);
    expect(traced['options'].asked.flatMap(traces)).toHaveLength(1);
    expect(traced['XMLHttpRequest'].asked.flatMap(traces)).toHaveLength(1);
  });
});

const THEIRS = '00-11111111111111111111111111111111-2222222222222222-01';
const tracer = `<script>{
  const {send} = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) { this.setRequestHeader('traceparent', '${THEIRS}'); return send.call(this, body) };
  const native = fetch;
  window.fetch = (input, options = {}) => { const headers = new Headers(options.headers); headers.set('traceparent', '${THEIRS}'); return native(input, {...options, headers}) };
}</script>`;

test.each([
  ['before us', () => tracer + withUs('data-trace-origins="/"')],
  ['after us', () => withUs('data-trace-origins="/"') + tracer],
])('beside another tracer, %s, a request has its one trace', async (_, html) => {
  const outcomes = await outcomesOf(html(), {fetch: `return said(await fetch('/a'))`, xhr: xhr('x.send()')});
  for (const {asked} of Object.values(outcomes)) expect(asked.map(traces)).toEqual([[THEIRS]]);
});

test("what the page's own fetch gives is given on, whatever it is", async () => {
  const own = `<script>{ const native = fetch; window.fetch = (...args) => answer(native(...args)) }</script>`;
  const {nothing, more, same} = await outcomesOf(own + withUs(), {
    nothing: `answer = (made) => void made; return String(fetch('/a'))`,
    more: `answer = (made) => Object.assign(made, {cancel: () => 1}); return typeof fetch('/a').cancel`,
    same: `let made; answer = (given) => (made ||= given); return fetch('/a') === fetch('/a')`,
  });
  expect([nothing, more, same].map(({seen}) => JSON.parse(seen as string)[0])).toEqual(['undefined', 'function', true]);
});

/** What pages put in the place of fetch, before us, and what they do with it. */
const wrappers: Record<string, string> = {
  'an async function': `window.fetch = async (...args) => { const response = await native(...args); return response }`,
  'a memory of answers': `const kept = {}; window.fetch = (url) => (kept[url] ||= native(url))`,
};
const uses = {
  ignored: `fetch('/cut')`,
  handled: `fetch('/cut').catch(() => 0)`,
  'handled by another': `fetch('/cut'); fetch('/cut').catch(() => 0)`,
};
const seenBy = Object.fromEntries(Object.entries(uses).map(([name, use]) => [name, `${use}; for (let i = 0; i < 50 && !unhandled; i++) await pause(20); return 1`]));

test.each(Object.keys(wrappers))('a page that has put %s in the place of fetch sees the unhandled rejections that it would see without us', async (name) => {
  const own = `<script>{ const native = fetch; ${wrappers[name]} }</script>`;
  // In a page each, for what a page keeps changes what comes next.
  for (const use of Object.keys(uses)) {
    const [alone, beside] = [await outcomesOf(own, {[use]: seenBy[use]}), await outcomesOf(own + withUs(), {[use]: seenBy[use]})];
    expect(beside[use].seen, use).toEqual(alone[use].seen);
  }
});
