// The receiver serves the client, so that one line of HTML is a working installation, from another
// origin than the receiver's.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { launch, openPage } from '../harness/browser.js';
import { startCollector } from '../harness/collector.js';
import { until } from '../harness/poll.js';
import { freePorts } from '../harness/ports.js';

describe('one line of HTML', () => {
  let browser, collector, shop, origin;

  before(async () => {
    const [port] = await freePorts(1);
    origin = `http://localhost:${port}`;
    collector = await startCollector({ origin });
    const html = `<!doctype html><title>A shop</title><h1>Words</h1>
      <script async src="${collector.url}/rum.js" data-app="one-line" data-tag-team="checkout"></script>`;
    shop = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
    await new Promise((listening) => shop.listen(port, '127.0.0.1', listening));
    browser = await launch('chromium');
  });
  after(async () => {
    await browser?.close();
    shop?.close();
    await collector?.stop();
    await collector?.remove();
  });

  test('makes a visit arrive, vitals and all', async () => {
    const page = await openPage(browser);
    await page.goto(origin);
    await page.waitForFunction(() => globalThis.RUM?.getRUM() && document.readyState === 'complete');
    const sent = page.waitForRequest((request) => request.method() !== 'GET');
    await page.evaluate(() => RUM.getRUM().flush());
    assertNoPreflight(await sent);
    await page.goto('about:blank');
    const logs = await until('LCP to arrive', async () => {
      const records = await collector.logs();
      return records.some((record) => record.attributes['browser.web_vital.name'] === 'lcp') && records;
    });
    for (const { resource, attributes } of logs) {
      assert.equal(resource['service.name'], 'one-line');
      assert.equal(attributes['rum.tag.team'], 'checkout');
    }
  });

  test('gets the client compressed, cacheable and checked by its version', async () => {
    const first = await fetch(`${collector.url}/rum.js`);
    assert.equal(first.status, 200);
    assert.match(first.headers.get('content-type'), /javascript/);
    assert.match(first.headers.get('cache-control'), /max-age=\d+/);
    assert.ok(['br', 'gzip'].includes(first.headers.get('content-encoding')));
    const again = await fetch(`${collector.url}/rum.js`, { headers: { 'if-none-match': first.headers.get('etag') } });
    assert.equal(again.status, 304);
  });
});

/**
 * A POST of text/plain without headers of its own needs no preflight.
 * https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
function assertNoPreflight(request) {
  assert.equal(request.method(), 'POST');
  assert.match(request.headers()['content-type'], /^text\/plain/);
}
