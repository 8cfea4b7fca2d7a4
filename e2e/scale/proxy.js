import { connect, createServer } from 'node:net';

/**
 * A network between two processes, which can be cut: connections break, and none is made until it is mended.
 *
 * @param {number} port to listen on
 * @param {string} target host:port
 */
export async function startProxy(port, target) {
  const [host, to] = target.split(':');
  const open = new Set();
  let cut = false;
  const server = createServer((client) => {
    if (cut) return client.destroy();
    const upstream = connect(Number(to), host);
    for (const [from, other] of [[client, upstream], [upstream, client]]) {
      open.add(from);
      from.on('error', () => {}).on('close', () => (open.delete(from), other.destroy()));
      from.pipe(other);
    }
  });
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  const breakAll = () => open.forEach((socket) => socket.destroy());
  return {
    address: `127.0.0.1:${port}`,
    cut: () => (cut = true, breakAll()),
    mend: () => (cut = false),
    close: () => new Promise((closed) => (server.close(closed), breakAll())),
  };
}
