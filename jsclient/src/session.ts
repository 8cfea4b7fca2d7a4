import {randomHex} from './random.js';
import type {Slot} from './storage.js';

/**
 * One visit of one browser: all tabs of the origin, from the first event until nothing was
 * recorded for a while or the visit got too old.
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

export type SessionRules = {
  sampleRate: number;
  sessionInactivityMs: number;
  sessionMaxAgeMs: number;
};

/** Storage is written at most this often: it is synchronous and shared by every tab. */
const WRITE_INTERVAL_MS = 5_000;

/**
 * Keeps track of the session. `at` returns the session to which an event at the given time
 * belongs, and calls onStart first when that is a new one.
 */
export function sessions(slot: Slot, rules: SessionRules, onStart: (session: Session) => void) {
  let current: Session | undefined;
  let written = 0;

  const alive = (session: Session | undefined, now: number): session is Session =>
    !!session && now - session.last < rules.sessionInactivityMs && Math.abs(now - session.start) < rules.sessionMaxAgeMs;

  const save = (session: Session, now: number) => {
    written = now;
    slot.write(JSON.stringify(session));
  };

  const begin = (now: number): Session => {
    const rate = rules.sampleRate;
    current = {id: randomHex(16), rate, kept: Math.random() < rate, start: now, last: now};
    save(current, now);
    onStart(current);
    return current;
  };

  return (now: number): Session => {
    if (alive(current, now) && now - written < WRITE_INTERVAL_MS) {
      current.last = now;
      return current;
    }
    // Another tab may have kept the session alive meanwhile, or begun a new one.
    const stored = parse(slot.read());
    const next = alive(stored, now) ? stored : alive(current, now) ? current : undefined;
    if (!next) return begin(now);
    current = {...next, last: now};
    save(current, now);
    return current;
  };
}

/** Reads what was stored, which a page or a person may have damaged. */
function parse(text: string | null): Session | undefined {
  try {
    const session = JSON.parse(text!);
    const sound = /^[0-9a-f]{32}$/.test(session.id) && session.rate > 0 && session.rate <= 1 && session.start <= session.last;
    return sound ? session : undefined;
  } catch {
    return;
  }
}
