import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** A hash that is the same everywhere, for who does what. */
function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  h = Math.imul(h ^ (h >>> 16), 2246822507);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Of every ten sessions one has an error in its second batch. */
export const hasError = (session) => hash(`error ${session}`) % 10 === 0;

/** Which of so many groups a session belongs to. */
export const groupOf = (session, groups) => hash(`group ${session}`) % groups;

/** What a session reports in its three batches, all of one page load each. */
const said = [
  () => ({ page_views: 1, exceptions: 0 }),
  (session) => ({ page_views: 0, exceptions: hasError(session) ? 1 : 0 }),
  () => ({ page_views: 1, exceptions: 0 }),
];

function bodyOf(session, step) {
  const events = [
    [{ k: 'view', t: 1 }, { k: 'vital', n: 'LCP', v: 1000 + (hash(session) % 2000), t: 900, id: `lcp-${session}` }],
    hasError(session) ? [{ k: 'error', t: 5000, n: 'TypeError', m: 'rate is undefined' }] : [{ k: 'vital', n: 'INP', v: 40 + (hash(session) % 300), t: 5000, id: `inp-${session}` }],
    [{ k: 'view', t: 1 }, { k: 'vital', n: 'FCP', v: 800, t: 900, id: `fcp-${session}` }],
  ][step];
  return JSON.stringify({
    v: 1, id: `${session.slice(0, 15)}${step}`, now: 30_000, t0: Date.now() - 30_000, app: { name: 'shop', version: '1.0', env: 'prod' }, session: { id: session },
    pages: [{ id: `${session.slice(0, 12)}-${step >> 1}`, url: `https://shop.example/${['', 'cart', 'search'][hash(session) % 3]}`, state: step === 0 ? 'visible' : 'ended' }],
    events,
  });
}

/**
 * Browsers behind a balancer that hashes the client's address and, as docs/how-to/scale.md has it, takes another gateway
 * only when no connection could be made. Browsers send again what was not answered, and now and then what was, as one
 * that has not heard the answer.
 *
 * @param {() => {url: string}[]} gateways
 */
export function newPopulation(gateways) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let next = 0;
  const totals = { page_views: 0, exceptions: 0 };

  /** One request; 0 when there was no answer, -1 when there was no connection. */
  const post = (url, body, address) =>
    new Promise((resolve) => {
      const out = request(`${url}/v1/rum`, { method: 'POST', agent, headers: { 'content-type': 'text/plain', 'user-agent': browser, 'x-forwarded-for': address } }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode)).on('error', () => resolve(0));
      });
      out.setTimeout(15_000, () => out.destroy());
      out.on('error', (error) => resolve(error.code === 'ECONNREFUSED' ? -1 : 0));
      out.end(body);
    });

  /** Sends a batch until it is answered with 200. */
  async function deliver(session, step, phase) {
    const body = bodyOf(session, step);
    const counts = said[step](session);
    const address = `10.${hash(session) % 256}.${(hash(session) >> 8) % 256}.1`;
    const giveUp = Date.now() + 120_000;
    for (let attempt = 0; ; attempt++) {
      const all = gateways();
      let at = hash(session) % all.length;
      let status = await post(all[at].url, body, address);
      for (let other = 1; status === -1 && other < all.length; other++) {
        at = (at + 1) % all.length;
        status = await post(all[at].url, body, address);
      }
      if (status === 200) {
        phase.taken.push({ at: Date.now(), gateway: at, counts });
        for (const kind of Object.keys(counts)) totals[kind] += counts[kind];
        if (attempt > 0) phase.repeated++;
        else if (hash(`again ${session} ${step}`) % 20 === 0 && (await post(all[at].url, body, address)) === 200) phase.repeated++;
        return;
      }
      if (status === 0) { // it may have been taken
        phase.unanswered++;
        for (const kind of Object.keys(counts)) phase.doubtful[kind] += counts[kind];
      } else if (status > 0) {
        if (status < 500 && status !== 429) throw new Error(`a batch of session ${session} was refused with ${status}: ${body}`);
        phase.refusals[status] = (phase.refusals[status] ?? 0) + 1;
      }
      if (Date.now() > giveUp) throw new Error(`batch ${step} of session ${session}: still ${status} after two minutes`);
      await sleep(Math.min(2_000, 100 * 2 ** attempt));
    }
  }

  return {
    /** Page views and errors in all batches that were answered with 200. */
    totals,
    /**
     * Visits of so many new sessions. When a third of the batches are on their way, `meanwhile` begins.
     *
     * @param {number} count
     * @param {() => Promise<void>} meanwhile
     * @param {{concurrency?: number, lasts?: number}} [options] lasts: at least so many ms
     */
    async visit(count, meanwhile, { concurrency = 24, lasts = 0 } = {}) {
      const phase = { sessions: [], taken: [], repeated: 0, unanswered: 0, doubtful: { page_views: 0, exceptions: 0 }, refusals: {} };
      for (let i = 0; i < count; i++) phase.sessions.push(hash(`session ${next}`).toString(16).padStart(8, '0') + (next++).toString(16).padStart(24, '0').split('').reverse().join(''));
      // A session's batches follow one another at a distance, so that many sessions are under way at any time.
      const apart = Math.max(1, Math.min(count, 400));
      const queue = [];
      for (let from = 0; from < count; from += apart) {
        for (const step of [0, 1, 2]) for (const session of phase.sessions.slice(from, from + apart)) queue.push([session, step]);
      }
      const began = Date.now();
      let sent = 0;
      let disturbed;
      const pace = lasts / queue.length;
      const lane = async () => {
        for (let job; (job = queue.shift()); ) {
          if (++sent >= count && !disturbed) disturbed = meanwhile();
          const due = began + sent * pace - Date.now();
          if (due > 0) await sleep(due);
          await deliver(...job, phase);
        }
      };
      // The batches of one session in their order: lanes take from one queue, and its batches are far apart in it.
      await Promise.all(Array.from({ length: Math.min(concurrency, apart) }, lane));
      await disturbed;
      return phase;
    },
    close: () => agent.destroy(),
  };
}
