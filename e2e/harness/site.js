import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { built } from './paths.js';

/**
 * Serves one page at / that loads the built client, and forwards what the client sends to a receiver.
 * The client and the page share an origin, so that a test can stand between them and the receiver.
 *
 * @param {string} receiver URL of the receiver's native path
 * @param {{attributes?: string, answer?: (attempt: number) => number|undefined}} [options]
 *   attributes: further data- attributes of the script tag. answer: the status with which the nth
 *   POST (from 1) is answered although the receiver has taken it, or undefined for the receiver's own.
 * @returns {Promise<{url: string, posts: {body: string, status: number}[], close: () => Promise<void>}>}
 */
export async function serveSite(receiver, { attributes = '', answer = () => undefined } = {}) {
  const client = await readFile(built('jsclient', 'dist', 'rum.iife.js'));
  const posts = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') return forward(request, response);
    const script = request.url === '/rum.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(script ? client : page(attributes));
  });

  async function forward(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const headers = { 'user-agent': request.headers['user-agent'], 'content-type': request.headers['content-type'] };
    const taken = await fetch(receiver, { method: 'POST', headers, body });
    const status = answer(posts.length + 1) ?? taken.status;
    posts.push({ body: body.toString(), status, taken: taken.status, answer: await taken.json() });
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' });
    response.end('{}');
  }

  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://localhost:${server.address().port}/`,
    posts,
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}

const page = (attributes) => `<!doctype html><html lang="en"><title>A page</title>
<script async src="/rum.js" data-endpoint="/v1/rum" data-app="site" ${attributes}></script>
<h1>A page with words that are painted</h1><button id="buy">Buy</button>`;
