import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

/**
 * An OTLP backend that keeps the raw bodies that it is sent, decompressed. Strings stand in
 * protobuf as they are, so a test can look for them.
 *
 * @param {number} port
 * @returns {Promise<{bodies: {path: string, bytes: Buffer}[], close: () => Promise<void>}>}
 */
export async function startBackend(port) {
  const bodies = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const zipped = request.headers['content-encoding'] === 'gzip';
    bodies.push({ path: request.url, bytes: zipped ? gunzipSync(bytes) : bytes });
    response.writeHead(200, { 'content-type': 'application/x-protobuf' });
    response.end();
  });
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  return { bodies, close: () => new Promise((closed) => server.close(closed).closeAllConnections()) };
}

/**
 * How often each event of a sender has arrived at a backend to which records are sent as JSON.
 *
 * @returns {Map<string, number>} by the id of the event
 */
export function arrivals(backend) {
  const times = new Map();
  for (const { bytes } of backend.bodies.filter(({ path }) => path === '/v1/logs')) {
    for (const [, id] of bytes.toString().matchAll(/"(event-\d+)"/g)) times.set(id, (times.get(id) ?? 0) + 1);
  }
  return times;
}
