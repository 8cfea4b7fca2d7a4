import {readFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import type {Beacon, RUMEvent} from '../wire.js';

const root = join(import.meta.dirname, '../..');
const files: Record<string, string> = {
  '/rum.iife.js': join(root, 'dist/rum.iife.js'),
  '/rum.full.iife.js': join(root, 'dist/rum.full.iife.js'),
  '/web-vitals-attribution.js': join(root, 'node_modules/web-vitals/dist/web-vitals.attribution.iife.js'),
  '/web-vitals.js': join(root, 'node_modules/web-vitals/dist/web-vitals.iife.js'),
};

/** How far the clock of a browser may be from ours, on one machine, ms. */
const CLOCKS_MS = 50;

/** How the receiver answers: a status, perhaps with headers. It may hang, or cut the connection. */
export type Answer = {status: number | 'hangs' | 'cut'; headers?: Record<string, string>};

/** What a page is served as: its markup, perhaps with headers such as a content security policy. */
export type Served = string | {html: string; headers: Record<string, string>};

/** Pages, scripts, a slow resource and a receiver that remembers what it got, all on one loopback origin. */
export async function serve(pages: Record<string, Served>, scripts: Record<string, string> = {}) {
  const bodies: string[] = [];
  const requests: {method: string; contentType: string}[] = [];
  let since = 0; // last words of pages from before the reset are not of this test
  let client: string | undefined;
  const fine = (): Answer => ({status: 200});
  let answer: (beacon: Beacon) => Answer = fine;

  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const beacon: Beacon | undefined = request.method == 'POST' ? JSON.parse(body) : undefined;
    if (beacon && beacon.t0 < since - CLOCKS_MS) return void response.end();
    requests.push({method: request.method!, contentType: request.headers['content-type'] || ''});
    const {status, headers} = beacon ? answer(beacon) : {status: 405};
    if (status == 200) bodies.push(body);
    if (status == 'cut') response.destroy();
    else if (status != 'hangs') response.writeHead(status, {'access-control-allow-origin': '*', ...headers}).end('{}');
  };

  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url!, 'http://localhost');
    if (pathname == '/v1/rum') return void receive(request, response).catch(() => response.destroy());
    if (pathname in files || pathname in scripts) {
      response.setHeader('content-type', 'text/javascript');
      response.setHeader('access-control-allow-origin', '*');
      return response.end(scripts[pathname] || (pathname == '/rum.iife.js' && client) || readFileSync(files[pathname]));
    }
    if (pathname == '/wait') return void setTimeout(() => response.writeHead(200, {'content-type': 'text/html'}).end('<p>there'), 2000);
    if (pathname == '/slow') return void setTimeout(() => response.end('slow'), 200);
    if (!(pathname in pages)) return response.writeHead(404).end();
    const served = pages[pathname];
    const {html, headers} = typeof served == 'string' ? {html: served, headers: {}} : served;
    response.writeHead(200, {'content-type': 'text/html', ...headers});
    response.end('<!doctype html><link rel="icon" href="data:,">' + html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server.address() as AddressInfo).port;

  // What is sent again under its id counts once, as in the receiver.
  const beacons = (): Beacon[] => [
    ...new Map(bodies.map((body) => JSON.parse(body)).map((beacon: Beacon) => [beacon.id, beacon])).values(),
  ];
  const events = (): RUMEvent[] => beacons().flatMap((beacon) => beacon.events);
  return {
    origin: `http://localhost:${port}`,
    otherOrigin: `http://127.0.0.1:${port}`,
    pages,
    bodies,
    beacons,
    events,
    requests,
    kind: <K extends RUMEvent['k']>(k: K) => events().filter((event) => event.k == k) as Extract<RUMEvent, {k: K}>[],
    answerWith: (next: typeof answer) => (answer = next),
    /** Serves this script as the client, instead of the one that was built. */
    serveClient: (script: string) => (client = script),
    reset: () => {
      bodies.length = requests.length = 0;
      answer = fine;
      since = Date.now();
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof serve>>;

/** Waits until the condition holds, and says what it waited for when it does not. */
export async function until(what: string, condition: () => boolean, ms = 5000): Promise<void> {
  for (const end = Date.now() + ms; !condition(); await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (Date.now() > end) throw new Error('waited in vain until ' + what);
  }
}
