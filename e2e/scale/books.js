import { groupOf, hasError } from './population.js';

const view = 'browser.navigation';
const error = 'exception';
/** Into how many groups sessions are divided, each with an interval of its own: at least 200 sessions have enough draws. */
const groupsOf = (sessions) => Math.min(20, Math.ceil(sessions / 200));

/** What the records of some sessions say of the number of their page views: from, to and how sure. */
export function estimate(sessions) {
  let events = 0, variance = 0, third = 0, squares = 0;
  for (const records of sessions) {
    // What was drawn with its session is one draw, every other record its own: see reading.md.
    const draws = [records.filter(({ unit }) => !unit), ...records.filter(({ unit }) => unit).map((record) => [record])];
    let total = 0, v = 0, skew = 0;
    for (const draw of draws) {
      const weights = draw.map(({ weight }) => weight).sort((a, b) => b - a);
      const sum = weights.reduce((a, b) => a + b, 0);
      if (!sum) continue;
      const own = sum * sum - weights.reduce((a, weight, r) => a + weight * (2 * (weights.length - r) - 1), 0);
      total += sum, v += own, skew += (own * own) / sum;
    }
    events += total, variance += v, third += skew, squares += v * v;
  }
  const shift = variance > 1e-6 ? (1.9208 * third) / variance : 0;
  const spread = Math.sqrt((variance > 1e-6 ? 3.8416 * variance : 0) + shift * shift);
  return { events, variance, from: events + shift - spread, to: events + shift + spread, enough: variance < 1e-6 || variance * variance >= 20 * squares };
}

/** What of a store's records is of the sessions of a phase, and how that compares with what they sent. */
export function compare(records, phase) {
  const wanted = new Set(phase.sessions);
  const bySession = new Map();
  let again = 0;
  for (const record of records) {
    if (!wanted.has(record.session)) continue;
    again += record.times - 1;
    if (!bySession.has(record.session)) bySession.set(record.session, []);
    bySession.get(record.session).push(record);
  }
  let lost = 0, twice = 0, split = 0;
  for (const session of phase.sessions) {
    const records = bySession.get(session) ?? [];
    const errors = records.filter(({ event }) => event === error).length;
    const views = records.filter(({ event }) => event === view).length;
    const due = hasError(session) ? 1 : 0;
    lost += Math.max(0, due - errors);
    twice += Math.max(0, errors - due) + Math.max(0, views - 2);
    if (new Set(records.flatMap(({ workers }) => [...workers])).size > 1) split++;
  }
  const viewsOf = (sessions) => sessions.map((session) => (bySession.get(session) ?? []).filter(({ event }) => event === view));
  const all = estimate(viewsOf(phase.sessions));
  const z = all.variance > 1e-6 ? (all.events - 2 * phase.sessions.length) / Math.sqrt(all.variance) : 0;
  const groups = groupsOf(phase.sessions.length);
  const intervals = Array.from({ length: groups }, (_, group) => phase.sessions.filter((session) => groupOf(session, groups) === group))
    .map((sessions) => ({ truth: 2 * sessions.length, ...estimate(viewsOf(sessions)) }))
    .filter(({ enough }) => enough);
  const held = intervals.filter(({ truth, from, to }) => truth >= from && truth <= to).length;
  return { again, lost, twice, split, z, intervals: intervals.length, held };
}
