import {randomHex} from './random.js';
import type {RUMOptions} from './options.js';
import {safely} from './scope.js';

/**
 * One visit of one browser: all tabs of the origin, from the first event until a time without activity, or
 * until the longest age.
 */
export type Session = {
  id: string;
  /** Probability with which the session was kept, in (0, 1]; counts are weighted by 1 / rate. */
  rate: number;
  /** The one sampling decision. Of a session that is not kept, nothing is ever sent. */
  kept: boolean;
  /** When it began and was last active, Unix ms. */
  start: number;
  last: number;
};

/** Where the session is kept. All bundles and tabs of the origin share it. */
const STORAGE_KEY = 'otelcol-rum';

const MINUTE = 60_000;

/** Storage is written at most this often: it is synchronous and shared by every tab. */
const WRITE_INTERVAL_MS = 5_000;

/**
 * Keeps track of the session. The function returned gives the session to which an event of this
 * moment belongs; one that begins just now starts at it. What a page does by itself, such as polling, neither
 * keeps a session alive nor begins one, unless the last is too old.
 */
export function sessions({
  sampleRate = 1,
  sessionInactivityMs = 30 * MINUTE,
  sessionMaxAgeMs = 240 * MINUTE,
}: Pick<RUMOptions, 'sampleRate' | 'sessionInactivityMs' | 'sessionMaxAgeMs'>) {
  let current: Session | undefined;
  let written = 0;

  return (now: number, byPerson = true): Session => {
    const idle = byPerson || !current ? sessionInactivityMs : Infinity;
    // A session in the future comes from a clock that was wrong.
    const alive = (session?: Session | false) =>
      session && Math.abs(now - session.last) < idle && Math.abs(now - session.start) < sessionMaxAgeMs && session;
    const known = alive(current);
    const due = !known || Math.abs(now - written) >= WRITE_INTERVAL_MS;
    // Another tab may have kept the session alive meanwhile, or begun a new one.
    const session = (current = (due && alive(stored())) || known || {id: randomHex(32), rate: 1, kept: true, start: now, last: now});
    if (byPerson) session.last = now;
    if (due) {
      // At first, and when the site has lowered its rate since: of those that were kept, so many go on. What is
      // no number, or more than 1, is 1.
      if (sampleRate < session.rate) {
        session.kept &&= Math.random() < sampleRate / session.rate;
        session.rate = sampleRate;
      }
      written = now;
      safely(() => localStorage.setItem(STORAGE_KEY, JSON.stringify(session)));
    }
    return session;
  };
}

/**
 * Reads the stored session, which a page or a person may have damaged. Where the browser allows no
 * storage (blocked cookies, sandboxed frame) the session lives as long as the page.
 */
function stored(): Session | false | undefined {
  return safely(() => {
    const {id, rate, kept, start, last} = JSON.parse(localStorage.getItem(STORAGE_KEY)!);
    const isSession = [rate, start, last].every(Number.isFinite) && rate > 0 && rate <= 1 && /^[\da-f]{32}$/.test(id);
    return isSession && {id: String(id), rate, kept: kept === true, start, last};
  });
}
