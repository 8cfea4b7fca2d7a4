import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

const id = (bytes) => randomBytes(bytes).toString('hex');

/** User agents of people; the browsers that run the tests say that they are run by a program. */
export const agents = {
  mobile: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
  desktop: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
};

/** Events of the client's wire format, as testdata/beacon describes it. */
export const event = {
  lcp: (v, more) => ({ k: 'vital', n: 'LCP', v, t: v, ...more }),
  inp: (v, more) => ({ k: 'vital', n: 'INP', v, t: 6000, ...more }),
  cls: (v, more) => ({ k: 'vital', n: 'CLS', v, t: 1400, ...more }),
  error: (n, m, more) => ({ k: 'error', t: 3000, n, m, ...more }),
};

/**
 * Sends what the client would have sent of one person's visit to one page.
 *
 * @param {{rum: string, shop: string}} addresses of the demo
 * @param {{path?: string, title?: string, agent?: string, version?: string, session?: string, rate?: number, events?: object[]}} visit
 * @returns {Promise<string>} the session
 */
export async function visit({ rum, shop }, { path = '/', title = 'A page', agent = agents.desktop, version = '1.0.0', session = id(16), rate, events = [] }) {
  const batch = {
    v: 1, id: id(8), now: 20_000, t0: Date.now() - 20_000, sdk: '@otelcol-rum/browser/0.1.0',
    app: { name: 'demo-shop', version, env: 'demo' },
    session: { id: session, ...(rate && { rate }) },
    pages: [{ id: id(8), url: `http://${shop}${path}`, type: 'navigate', title }],
    events: [{ k: 'session', t: 0 }, { k: 'view', t: 0 }, ...events],
  };
  const response = await fetch(`http://${rum}/v1/rum`, { method: 'POST', headers: { origin: `http://${shop}`, 'user-agent': agent }, body: JSON.stringify(batch) });
  assert.equal(response.status, 200, await response.text());
  return session;
}

const atOnce = 10; // of one address, which may have 20 requests under way

/** The same for several people, some at a time. */
export async function visits(addresses, count, make) {
  const sessions = [];
  for (let sent = 0; sent < count; sent += atOnce) {
    sessions.push(...(await Promise.all(Array.from({ length: Math.min(atOnce, count - sent) }, (_, i) => visit(addresses, make(sent + i))))));
  }
  return sessions;
}
