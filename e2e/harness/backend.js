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
