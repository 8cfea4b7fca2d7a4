import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from './paths.js';

/**
 * The recorded requests of one SDK with a body, in the order in which they were sent.
 *
 * @param {string} sdk folder under testdata/captures
 * @returns {{method: string, path: string, contentType: string|undefined, userAgent: string, body: Buffer, file: string}[]}
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
        contentType: meta.headers['content-type'],
        userAgent: meta.headers['user-agent'],
        body: readFileSync(join(folder, file)),
      };
    });
}

/** Sends a recording as it was sent, to a receiver. */
export function replay(url, { method, path, contentType, userAgent, body }) {
  const headers = { 'user-agent': userAgent };
  if (contentType) headers['content-type'] = contentType;
  return fetch(url + path, { method, headers, body });
}
