import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

/**
 * A store behind the workers: it takes OTLP as JSON below /<worker>/ and folds records by log.record.uid, as a real one
 * would. It can be slow and away.
 *
 * @param {number} port
 */
export async function startStore(port) {
  /** What arrived, by uid. @type {Map<string, {times: number, session: string, event: string, weight: number, unit: string, workers: Set<string>}>} */
  const records = new Map();
  const store = {
    records,
    arrived: 0,
    /** ms that an answer takes. */
    delay: 0,
    url: (worker) => `http://127.0.0.1:${port}/${worker}`,
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
  const server = createServer(async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // the sender was killed
    }
    if (store.delay) await new Promise((resolve) => setTimeout(resolve, store.delay));
    const [, worker, ...path] = request.url.split('/');
    if (path.join('/') === 'v1/logs' && request.headers['content-type'] === 'application/json') {
      const bytes = Buffer.concat(chunks);
      take(worker, JSON.parse(request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  function take(worker, { resourceLogs = [] }) {
    for (const record of resourceLogs.flatMap((each) => each.scopeLogs ?? []).flatMap((each) => each.logRecords ?? [])) {
      const attribute = Object.fromEntries(record.attributes.map(({ key, value }) => [key, value.stringValue ?? value.doubleValue ?? value.intValue]));
      const uid = attribute['log.record.uid'];
      const weight = Number(attribute['rum.sampling.adjusted_count'] ?? 1);
      store.arrived++;
      const known = records.get(uid);
      if (known) {
        known.times++;
        known.weight = Math.min(known.weight, weight);
        known.workers.add(worker);
        continue;
      }
      records.set(uid, {
        times: 1, session: attribute['session.id'], event: record.eventName, weight, unit: attribute['rum.sampling.unit'] ?? '', workers: new Set([worker]),
      });
    }
  }
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  return store;
}
