import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from './paths.js';

/**
 * The recorded requests of one SDK with a body, in the order in which they were sent.
 *
 * @param {string} sdk folder under testdata/captures
 * @returns {{method: string, path: string, query: string, contentType: string|undefined, contentEncoding: string|undefined, userAgent: string, body: Buffer, file: string}[]}
 */
export function recordings(sdk, browser = 'chromium') {
  const folder = fromRoot('testdata', 'captures', sdk, browser);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.body'))
    .sort()
    .map((file) => {
      const meta = JSON.parse(readFileSync(join(folder, file.replace('.body', '.meta.json')), 'utf8'));
      return {
        file,
        method: meta.method,
        path: meta.path,
        query: new URLSearchParams(meta.query).toString(),
        contentType: meta.headers['content-type'],
        contentEncoding: meta.headers['content-encoding'],
        userAgent: meta.headers['user-agent'],
        body: readFileSync(join(folder, file)),
      };
    });
}

/** The recorded requests of one SDK without a body, whose queries say it all. */
export function queries(sdk, browser = 'chromium') {
  const folder = fromRoot('testdata', 'captures', sdk, browser);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.meta.json'))
    .sort()
    .map((file) => {
      const { method, path, query, headers } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      return { file, method, path, query: new URLSearchParams(query).toString(), userAgent: headers['user-agent'] };
    });
}

/** Sends a recording as it was sent, to a receiver. */
export function replay(url, { method, path, contentType, contentEncoding, userAgent, body }) {
  const headers = { 'user-agent': userAgent };
  if (contentType) headers['content-type'] = contentType;
  if (contentEncoding) headers['content-encoding'] = contentEncoding;
  return fetch(url + path, { method, headers, body });
}
