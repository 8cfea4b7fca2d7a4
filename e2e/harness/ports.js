import { createServer } from 'node:net';

/**
 * Ports of 127.0.0.1 that nobody listens on. All are held open until all are found, so that they
 * differ; another program can still take one before it is used, which then fails loudly.
 *
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => hold()));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Listens on a port of the kernel's choice, or on the given one. */
export function hold(port = 0) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
