// examples/topologies/clickhouse with two gateways, a broker, two workers and ClickHouse in a process: what arrives can be
// asked for, and what comes twice counts once.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fromRoot } from '../harness/paths.js';
import { until } from '../harness/poll.js';
import { startFleet } from './fleet.js';
import { event } from './processes.js';

const sessions = Array.from({ length: 40 }, (_, i) => `session-${i}`);

describe('workers write to ClickHouse', () => {
  let fleet, clickhouse;
  before(async () => {
    fleet = await startFleet('clickhouse');
    clickhouse = fleet.clickhouse;
  });
  after(() => fleet?.stop());

  const post = async (gateway, body) => assert.equal((await fetch(`${fleet.gateways[gateway].url}/v1/rum`, { method: 'POST', body })).status, 200);
  const one = async (query) => Object.values((await clickhouse.rows(query))[0])[0];
  const arrive = (count) => until(`${count} records`, async () => Number(await one("SELECT count() FROM rum_records WHERE event = 'exception'")) >= count, { timeout: 90_000 });

  test('every session arrives, with its columns', async () => {
    for (const [i, session] of sessions.entries()) await post(i % 2, event('error', session, `first-${i}`));
    await arrive(sessions.length);
    assert.equal(await fleet.arrived(), sessions.length, 'what make topology prints');
    const rows = await clickhouse.rows("SELECT DISTINCT session, weight, application FROM rum_records WHERE event = 'exception' ORDER BY session");
    assert.deepEqual(rows.map(({ session }) => session), [...sessions].sort());
    assert.ok(rows.every(({ weight }) => weight === 1));
    assert.equal(Number(await one("SELECT sum(weight) FROM rum_sessions FINAL WHERE event = 'exception'")), sessions.length);
  });

  test('a batch that is sent again to another gateway is one event', async () => {
    const body = event('error', 'again', 'again-0');
    for (const gateway of [0, 1, 0]) await post(gateway, body);
    await until('both copies', async () => Number(await one("SELECT sum(rows) FROM system.parts WHERE table = 'rum_events' AND active")) > sessions.length || Number(await one("SELECT count() FROM rum_records WHERE session = 'again'")) > 0, { timeout: 90_000 });
    // Another one of the same session comes behind it, in the same partition.
    await post(0, event('error', 'again', 'again-1'));
    await until('the one behind it', async () => Number(await one("SELECT uniqExact(uid) FROM rum_events WHERE session = 'again'")) === 2, { timeout: 90_000 });
    assert.equal(Number(await one("SELECT count() FROM rum_records WHERE session = 'again'")), 2);
    assert.equal(Number(await one("SELECT weight FROM rum_sessions FINAL WHERE session = 'again'")), 1);
  });

  test('what a killed worker had is written once it is back, and counts once', async () => {
    await fleet.workers[1].kill();
    for (const [i, session] of sessions.entries()) await post(i % 2, event('error', session, `killed-${i}`));
    await fleet.workers[1].start();
    await arrive(2 * sessions.length + 2);
    assert.equal(Number(await one("SELECT count() FROM rum_records WHERE event = 'exception'")), 2 * sessions.length + 2);
  });

  test('histograms are of measurements, each once, and the documented query reads them', async () => {
    const values = Array.from({ length: 60 }, (_, i) => 500 + 50 * i);
    for (const [i, value] of values.entries()) {
      const report = (v, at) => ({ type: 'metric', name: 'LCP', value: v, timestamp: Date.now() + at, url: 'https://shop.example/cart', sessionId: `measured-${i}`, metadata: { id: `lcp-${i}` } });
      // The error keeps what follows it.
      await post(i % 2, `[${event('error', `measured-${i}`, `measured-${i}`).slice(1, -1)},${JSON.stringify(report(value / 2, 0))},${JSON.stringify(report(value, 1))}]`);
    }
    await until('all measurements', async () => Number(await one("SELECT uniqExact(measurement) FROM rum_measurements WHERE vital = 'lcp'")) === values.length, { timeout: 90_000 });
    await clickhouse.rows('SYSTEM REFRESH VIEW rum_histograms_refresh');
    await clickhouse.rows('SYSTEM WAIT VIEW rum_histograms_refresh');
    const page = await readFile(fromRoot('examples', 'topologies', 'clickhouse', 'README.md'), 'utf8');
    const [histograms, errors] = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, query]) => query);
    const [row] = await clickhouse.rows(histograms);
    assert.equal(row.route, '/cart');
    assert.equal(Number(row.measurements), values.length);
    const exact = values[Math.ceil(0.75 * values.length) - 1];
    assert.ok(row.p75 >= exact && row.p75 <= 1.1 * exact, `${row.p75} for ${exact}`);
    assert.equal((await clickhouse.rows(errors)).reduce((sum, { sessions: count }) => sum + Number(count), 0) >= sessions.length, true);
  });
});
