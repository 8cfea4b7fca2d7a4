// A live page that sees a part only says what it lacks, in every view: never a blank one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch } from '../harness/browser.js';
import { fixture, startCollector } from '../harness/collector.js';
import { barriers, go, openLive, shows, views } from '../harness/live-page.js';
import { freePorts } from '../harness/ports.js';
import { event, visits } from '../harness/visitors.js';

describe('a live page that sees', { concurrency: 1 }, () => {
  let collector;
  let browser;
  const pages = {};

  before(async () => {
    const [otlp, logs, metrics, foreign] = await freePorts(4);
    collector = await startCollector({
      config: fixture('views.yaml'),
      env: { E2E_OTLP_PORT: String(otlp), E2E_LOGS_PORT: String(logs), E2E_METRICS_PORT: String(metrics), E2E_FOREIGN_PORT: String(foreign) },
    });
    const { host } = new URL(collector.url);
    await visits({ rum: host, shop: 'localhost:1' }, 20, () => ({ path: '/cart', events: [event.lcp(4000)] }));
    const record = { body: { stringValue: 'a line of a server' }, severityText: 'INFO', attributes: [{ key: 'deep', value: { kvlistValue: { values: [{ key: 'x', value: { intValue: '3' } }] } } }] };
    const { status } = await fetch(`http://127.0.0.1:${otlp}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record, { eventName: 'app.started' }] }] }] }),
    });
    assert.equal(status, 200);
    browser = await launch('chromium');
    for (const [name, port] of Object.entries({ logs, metrics, foreign })) pages[name] = await openLive(browser, `http://127.0.0.1:${port}`);
  });
  after(async () => {
    await browser?.close();
    await collector?.stop();
    await collector?.remove();
  });

  async function everyView(page, says) {
    for (const [name, view] of Object.entries(views)) {
      await go(page, view);
      await shows(page, says[name] ?? says.other);
      assert.deepEqual(await barriers(page), [], name);
    }
    assert.deepEqual(page.complaints, []);
  }

  test('only logs', () =>
    everyView(pages.logs, {
      overview: '/cart hurts 20 sessions on desktop: LCP',
      vital: 'p75 4.00 s, limit 2.50 s',
      errors: 'No errors',
      requests: 'No resources or requests',
      events: 'browser.web_vital',
      books: 'No metrics arrive: add rum_view to the exporters of the pipeline of metrics',
    }));

  test('only metrics', () =>
    everyView(pages.metrics, {
      overview: /Only metrics arrive[^]*\/cart\s+desktop\s+LCP/,
      books: /browser\.web_vital\.lcp\s+0\s+0\s+20/,
      other: /Only metrics arrive[^]*add rum_view to the exporters of the pipeline of logs/,
    }));

  test('only records of others', () =>
    everyView(pages.foreign, {
      overview: 'No page views, vitals or errors',
      vital: 'No measurements of LCP',
      events: /app\.started[^]*a line of a server/,
      books: /no event name\s+1\s+1/,
      other: '2 records are in the window, and none is of this kind',
    }));
});
