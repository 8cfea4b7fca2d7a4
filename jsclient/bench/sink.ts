import {createServer, type IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {gunzipSync} from 'node:zlib';

/** A request as it was on the wire, sizes in bytes; the text is unpacked. */
export type Received = {method: string; headBytes: number; bodyBytes: number; text: string};

/**
 * Takes whatever the SDKs send and says yes, on a site other than that of the pages. The first part
 * of the path distinguishes the visits, for some SDKs send late or again.
 */
export async function openSink() {
  const visits = new Map<string, Received[]>();

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const unpacked = request.headers['content-encoding'] == 'gzip' ? gunzipSync(body) : body;
    const received = {method: request.method!, headBytes: headBytes(request), bodyBytes: body.length, text: unpacked.toString()};
    of(request.url!.split('/')[1]).push(received);
    response.writeHead(200, {
      'access-control-allow-origin': request.headers.origin || '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': request.headers['access-control-request-headers'] || '*',
      'access-control-expose-headers': '*',
      'content-type': 'application/json',
    });
    response.end('{}');
  });

  const of = (visit: string): Received[] => {
    if (!visits.has(visit)) visits.set(visit, []);
    return visits.get(visit)!;
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    /** Where a visit sends to. */
    url: (visit: string) => `${origin}/${visit}`,
    /** What arrived of a visit so far. */
    of,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type Sink = Awaited<ReturnType<typeof openSink>>;

/** Request line, headers as they came, and the empty line. */
function headBytes({method, url, rawHeaders}: IncomingMessage): number {
  let bytes = `${method} ${url} HTTP/1.1\r\n\r\n`.length;
  for (let i = 0; i < rawHeaders.length; i += 2) bytes += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`.length;
  return bytes;
}
