import {createServer, type IncomingHttpHeaders, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {until} from './server.js';
import {useBrowser} from './visits.js';

const on = useBrowser({});

/** A site with an API of its own; the same server under its other name is another origin. */
let site: Server;
let origin: string;
let otherOrigin: string;
const arrived: {method: string; url: string; headers: IncomingHttpHeaders}[] = [];

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;

/** Of another origin nobody needs a preflight, unless it is named and so gets a trace. */
const pageWith = (attributes: string) => `<!doctype html><link rel="icon" href="data:,">
<script src="${on.server.otherOrigin}/rum.full.iife.js" data-app="shop" data-endpoint="${on.server.otherOrigin}/v1/rum" ${attributes}></script>
<h1>Shop</h1>`;

beforeAll(async () => {
  site = createServer((request, response) => {
    const {pathname, searchParams} = new URL(request.url!, 'http://site');
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'traceparent');
    if (!pathname.startsWith('/api')) {
      response.setHeader('content-type', 'text/html');
      return response.end(pageWith(searchParams.get('attributes') || ''));
    }
    arrived.push({method: request.method!, url: request.url!, headers: request.headers});
    if (pathname == '/api/cut') return response.destroy();
    if (pathname == '/api/hangs') return;
    if (pathname == '/api/shared') return void setTimeout(() => response.writeHead(request.method == 'PUT' ? 200 : 500).end('{}'), request.method == 'PUT' ? 200 : 0);
    response.writeHead(pathname == '/api/broken' ? 500 : 200).write('{"first":');
    setTimeout(() => response.end('"byte"}'), 80); // the body takes its time
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const {port} = site.address() as AddressInfo;
  [origin, otherOrigin] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
});
beforeEach(() => void (arrived.length = 0));
afterAll(() => {
  site?.closeAllConnections();
  site?.close();
});

/** Visits the page, runs a script in it, leaves, and gives what was reported of requests. */
async function reported(script: string, count: number, attributes = '') {
  const page = await on.tab();
  await page.open(`${origin}/?attributes=${encodeURIComponent(attributes)}`);
  await page.run(`(async () => { ${script} })()`);
  await on.leave(page);
  const requests = () => on.server.kind('resource').filter(({m}) => m);
  await until(`${count} requests are reported`, () => requests().length >= count);
  return requests();
}

const xhr = (method: string, url: string, more = '') => `await new Promise((resolve) => {
  const request = new XMLHttpRequest();
  request.open('${method}', '${url}');
  request.onloadend = () => setTimeout(resolve, 50);
  ${more}
  request.send();
});`;

test('a fast fetch is reported with its trace, which the server gets, and with the time of its whole body', async () => {
  const [call] = await reported('await (await fetch("/api/cart?token=secret", {method: "POST", body: "x"})).text();', 1, 'data-trace-origins="/"');
  expect(call).toMatchObject({u: '/api/cart', m: 'POST', st: 200, it: 'fetch'});
  expect(call.v).toBeGreaterThan(70);
  expect(call.trace).toMatch(TRACEPARENT);
  expect(arrived[0].headers.traceparent).toBe(call.trace);
  expect(on.server.bodies.join()).not.toContain('secret');
});

test('so is an XMLHttpRequest', async () => {
  const [call] = await reported(xhr('GET', '/api/stock'), 1, 'data-trace-origins="/"');
  expect(call).toMatchObject({u: '/api/stock', m: 'GET', st: 200, it: 'xmlhttprequest'});
  expect(call.v).toBeGreaterThan(70);
  expect(arrived[0].headers.traceparent).toBe(call.trace);
});

test('failures say what they are, and are reported once', async () => {
  const calls = await reported(
    `await fetch('/api/broken');
     await fetch('/api/cut').catch(() => {});
     const controller = new AbortController();
     setTimeout(() => controller.abort(), 30);
     await fetch('/api/hangs', {signal: controller.signal}).catch(() => {});
     ${xhr('GET', '/api/hangs?x', 'request.timeout = 30;')}
     ${xhr('GET', '/api/cut?x')}
     await new Promise((resolve) => setTimeout(resolve, 300));`,
    5,
  );
  expect(calls.map(({u, st, n}) => `${u} ${st || n}`).sort()).toEqual([
    '/api/broken 500',
    '/api/cut TypeError',
    '/api/cut error',
    '/api/hangs AbortError',
    '/api/hangs timeout',
  ]);
});

test('a request whose body nobody reads, which Chromium never times, is reported when the page is left', async () => {
  const [call] = await reported(`await fetch('/api/cart', {method: 'POST'}); await new Promise((resolve) => setTimeout(resolve, 300));`, 1);
  expect(call).toMatchObject({u: '/api/cart', m: 'POST', st: 200, it: 'fetch'});
  expect(on.server.kind('resource').filter(({u}) => u == '/api/cart')).toHaveLength(1);
});

test('of requests of one address that begin together each has its own answer, as those of GraphQL have', async () => {
  const calls = await reported(
    `const all = ['POST', 'PUT'].map((method) => fetch('/api/shared', {method}).then((response) => response.text()));
     await Promise.all(all);
     await new Promise((resolve) => setTimeout(resolve, 100));`,
    2,
  );
  expect(calls.map(({m, st, v}) => [m, st, v > 190])).toEqual([
    ['POST', 500, false],
    ['PUT', 200, true],
  ]);
});

test('a fragment makes no other request, and one that fails is reported once', async () => {
  await reported(`await (await fetch('/api/cart#total')).text(); await (await fetch('/api/broken#total')).text();`, 2);
  expect(on.server.kind('resource').map(({u, m, st}) => [u, m, st]).filter(([u]) => /api/.test(u as string))).toEqual([
    ['/api/cart', 'GET', 200],
    ['/api/broken', 'GET', 500],
  ]);
});

test('a server gets no trace, and so another origin no preflight, unless it is named', async () => {
  const script = `await (await fetch('${otherOrigin}/api/a')).text();`;
  const [plain] = await reported(script, 1);
  expect(arrived.map(({method, headers}) => [method, headers.traceparent])).toEqual([['GET', undefined]]);
  expect(plain.trace).toBeUndefined();

  arrived.length = 0;
  on.server.reset();
  const [traced] = await reported(script, 1, `data-trace-origins="${otherOrigin}"`);
  expect(arrived.map(({method}) => method)).toEqual(['OPTIONS', 'GET']);
  expect(arrived[1].headers.traceparent).toBe(traced.trace);
});
