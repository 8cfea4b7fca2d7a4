// The live page as a person meets it: empty at first, then it shows by itself which page hurts, whom
// and why, with the numbers that go to every backend.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, openPage } from '../harness/browser.js';
import { startDemo } from '../harness/demo.js';
import { barriers, go, heading, looks, openLive, rows, shows, views, wide } from '../harness/live-page.js';
import { total } from '../harness/otlp.js';
import { settled, until } from '../harness/poll.js';
import { agents, event, visit, visits } from '../harness/visitors.js';

describe('the live page', { concurrency: 1 }, () => {
  let demo;
  let browser;
  let page; // is never loaded again
  const api = async (query) => (await fetch(`${demo.view}/api/v1/${query}`)).json();

  before(async () => {
    demo = await startDemo();
    browser = await launch('chromium', [`--user-agent=${agents.desktop}`]); // a headless one counts as a test
    page = await openLive(browser, demo.view);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
    await demo?.remove();
  });

  test('says in every view what to do when nothing has arrived', async () => {
    for (const view of Object.values(views)) {
      await go(page, view);
      assert.match(await page.$eval('main', (main) => main.innerText), view === 'books' ? /received\s+0/ : /Nothing has arrived yet/, view);
      assert.deepEqual(await barriers(page), [], view);
    }
    await go(page, 'session/none');
    await shows(page, 'no record of this session is in the window');
    await go(page, 'no-such-view');
    await shows(page, 'Nothing has arrived yet');
  });

  test('shows a visit by itself', async () => {
    await go(page, '');
    const shop = await openPage(browser);
    await shop.goto(`${demo.url}/checkout`);
    await shop.waitForFunction(() => globalThis.RUM?.getRUM());
    await shop.click('#delivery'); // throws
    await shop.goto('about:blank');
    // Chromium ends what a page still does when it is left with its tab: nobody closes one within the millisecond.
    await until('the error to arrive', async () => (await demo.logs()).some(({ name }) => name === 'exception'));
    await shop.close();
    await page.bringToFront(); // a page that nobody looks at asks nothing
    await shows(page, '/checkout hurts 1 session on desktop: TypeError');
    await go(page, 'errors');
    await shows(page, /1 session, 1 time/);
  });

  test('says "not enough data" of few measurements, and marks them', async () => {
    await visits(demo.addresses, 5, (i) => ({ path: '/few', events: [event.lcp(i ? 900 : 3000)] }));
    await go(page, 'vital/lcp?route=/few');
    await shows(page, /not enough data[^]*n = 5 few/);
  });

  test('shows a broken budget: which page, whom, and why', async () => {
    await visits(demo.addresses, 60, (i) => ({ path: '/product/kettle', agent: agents.mobile, version: i % 2 ? '1.1.0' : '1.0.0', events: [event.lcp(i % 2 ? 4000 : 900, { sel: '#hero', fb: 100, rs: 200, re: i % 2 ? 3900 : 800 })] }));
    await visits(demo.addresses, 8, () => ({ path: '/cart', events: [event.error('RangeError', 'out of stock')] }));
    await go(page, '');
    await shows(page, '/product/{id} hurts 30 sessions on mobile: LCP at #hero in 1.1.0');
    await shows(page, '/cart');
    const list = await rows(page);
    assert.match(list[0].LCP, /^4\.00 s ✕ exceeded n = 60$/);
    const hurt = list.map((row) => Number.parseInt(row['Sessions hurt']));
    assert.deepEqual(hurt, hurt.toSorted((a, b) => b - a), 'not by how many sessions it hurts');
    assert.ok(list.some((row) => row.Route === '/cart desktop' && row.Errors === '8'), JSON.stringify(list));
  });

  test('draws the distribution and the course of a vital, and reads them out', async () => {
    await go(page, 'vital/lcp?route=/product/{id}');
    await page.waitForFunction(() => document.querySelectorAll('main canvas').length === 2);
    const painted = () => page.$$eval('main canvas', (list) => list.map((c) => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size));
    await until('both to be painted', async () => (await painted()).every((colours) => colours > 5));
    const chart = await page.waitForSelector('rum-chart[data-key="distribution lcp"]');
    assert.match(await chart.evaluate((c) => c.getAttribute('aria-label')), /p75 4\.00 s, limit 2\.50 s/);
    await chart.focus();
    const said = [];
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('ArrowRight');
      said.push(await chart.$eval('.reads', (p) => p.textContent));
    }
    const bin = (text) => said.find((line) => line.startsWith(text));
    assert.equal(bin('750 ms to 1.00 s'), '750 ms to 1.00 s: 30 measurements');
    assert.equal(bin('3.75 s to 4.00 s'), '3.75 s to 4.00 s: 30 measurements, over the limit');
    const drawnAt = await page.$eval('#live', (live) => live.innerText);
    await chart.evaluate((c) => (c.querySelector('canvas').mine = true));
    await page.waitForFunction((before) => document.getElementById('live').innerText !== before, {}, drawnAt);
    assert.ok(await chart.evaluate((c) => c === document.activeElement && c.querySelector('canvas').mine), 'the chart is made anew');
    await page.$$eval('.chart details', (list) => list.forEach((d) => (d.open = true)));
    await shows(page, /3\.75 s to 4\.00 s\s+30\s+over the limit/);
    await shows(page, /\d\d:\d\d\s+4\.00 s\s+\d+\s+\d+/); // a minute may end between them
  });

  test('says of sampled visits how many they stand for', async () => {
    await visits(demo.addresses, 4, () => ({ path: '/sampled', rate: 0.1, events: [event.lcp(1000)] }));
    await go(page, '?route=/sampled');
    await shows(page, '40 from 4 records');
    const { page_views, sessions, vitals } = await api('overview?route=/sampled');
    assert.deepEqual([page_views, sessions, vitals[0].effective], [40, 40, 4]);
  });

  test('is filtered, and leads to a session, with the keyboard alone', async () => {
    await go(page, '');
    await shows(page, '/cart');
    await (await page.waitForSelector('#filters select[name=device]')).focus();
    await page.keyboard.press('m'); // mobile
    await page.waitForFunction(() => location.hash.includes('device=mobile'));
    await shows(page, /\/product\/\{id\}/);
    await page.waitForFunction(() => !document.querySelector('main').innerText.includes('desktop'));
    await page.click('#filters a'); // Clear
    await page.waitForFunction(() => !location.hash.includes('device'));

    await go(page, 'errors');
    const link = await page.waitForSelector('.groups .id');
    await link.focus();
    await page.keyboard.press('Enter');
    await shows(page, /Session [0-9a-f]{8}/);
    assert.match(await page.title(), /^Session/);
    const summary = await page.waitForSelector('.item.error summary');
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.item.error dl')?.checkVisibility());
    const drawnAt = await page.$eval('#live', (live) => live.innerText);
    await page.waitForFunction((before) => document.getElementById('live').innerText !== before, {}, drawnAt); // drawn anew
    assert.ok(await page.$eval('.item.error summary', (s) => s === document.activeElement && s.parentElement.open), 'the focus is lost');

    await page.goto(`${demo.view}/#/events`, { waitUntil: 'load' });
    await page.waitForSelector('input[name=q]'); // goto does not wait for what a change of the hash draws
    await page.type('input[name=q]', 'out of stock');
    await page.keyboard.press('Enter');
    await shows(page, '8 records');
    await page.keyboard.press('Escape');
  });

  test('has the numbers of the OTLP output', async () => {
    const logs = await settled('all to have arrived', async () => (await demo.logs()).filter((r) => r.resource['user_agent.synthetic.type'] === undefined), { quietMs: 1500 });
    const weight = (r) => r.attributes['rum.sampling.adjusted_count'] ?? 1;
    const sum = (list) => list.reduce((n, r) => n + weight(r), 0);
    const named = (name) => logs.filter((r) => r.name === name);
    const overview = await api('overview');
    assert.equal(overview.page_views, sum(named('browser.navigation')));
    assert.equal(overview.errors, sum(named('exception')));
    assert.equal(overview.sessions, new Set(logs.map((r) => r.attributes['session.id'])).size + 4 * 9);

    const lcp = named('browser.web_vital').filter((r) => r.attributes['browser.web_vital.name'] === 'lcp');
    const last = [...new Map(lcp.map((r) => [r.attributes['browser.web_vital.id'], r])).values()].toSorted((a, b) => a.attributes['browser.web_vital.value'] - b.attributes['browser.web_vital.value']);
    let upTo = 0;
    const p75 = last.find((r) => (upTo += weight(r)) >= 0.75 * sum(last)).attributes['browser.web_vital.value'];
    assert.equal(overview.vitals.find((v) => v.name === 'lcp').p75, p75);
    await go(page, '');
    await until('the page to show them', () => page.$eval('.tile .big', (big, want) => big.innerText === want, overview.page_views.toLocaleString('en')));

    // Vitals settle, and a new series is zero at first.
    await until('the metrics to be the same', async () => total(await demo.metrics(), 'browser.web_vital.lcp', 'count') === sum(last));
    const points = await settled('no more to come', demo.metrics, { quietMs: 2500 });
    assert.equal(total(points, 'browser.web_vital.lcp', 'count'), sum(last));
    assert.equal(total(points, 'rum.page_views', 'value'), overview.page_views);
    await go(page, 'books');
    await shows(page, /balances[^]*balances/);
    await until('logs and metrics to agree', async () => (await api('books')).compare.every((line) => line.logs === line.metrics));
  });

  test('shows hostile content as text, and asks nobody else', async () => {
    const script = '"><img src=https://evil.example/x onerror="window.hacked=1"><script>window.hacked=1</script>';
    const session = await visit(demo.addresses, {
      path: `/${encodeURIComponent(script)}`, title: script, version: script, agent: `${agents.mobile} <script>window.hacked=1</script>`,
      events: [event.lcp(9000, { sel: script, u: 'javascript:window.hacked=1' }), event.error(script, script, { s: `${script}\n    at ${script}` }), { k: 'click', t: 1, sel: script, tag: script }],
    });
    for (const view of [...Object.values(views), `session/${session}`]) {
      await go(page, view);
      if (view === 'errors') await shows(page, '<script>');
      for (const details of await page.$$('main details')) await details.evaluate((element) => (element.open = true));
      const strange = await page.$$eval('main :is(script, img, iframe, object, [onerror], [onclick]), main a:not([href^="#"])', (list) => list.map((e) => e.outerHTML));
      assert.deepEqual(strange, [], view);
    }
    assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  });

  test('has no barriers in any view, light, dark and on a phone', async (t) => {
    const { errors } = await api('errors');
    for (const [name, look] of Object.entries(looks)) {
      const other = await openLive(browser, demo.view, look);
      t.after(() => other.close());
      for (const view of [...Object.values(views), 'vital/inp', `session/${errors[0].examples[0]}`]) {
        await go(other, view);
        assert.deepEqual(await barriers(other), [], `${view} ${name}`);
        assert.deepEqual(await wide(other), [], `${view} is wider than ${name}`);
        assert.equal((await other.$$('main h1')).length, 1, `${view} has one heading`);
      }
      assert.deepEqual(other.complaints, []);
    }
  });

  test('answers wrong queries in words', async () => {
    for (const [query, status, words] of [
      ['overview?rout=/', 400, /unknown parameter "rout": known are/],
      ['overview?limit=many', 400, /limit must be a number/],
      ['overview?device=a&device=b', 400, /given 2 times/],
      ['vitals/speed', 404, /no vital "speed"/],
      ['sessions/none', 404, /no record of this session/],
      ['nothing', 404, /openapi\.yaml lists all/],
    ]) {
      const response = await fetch(`${demo.view}/api/v1/${query}`);
      assert.equal(response.status, status, query);
      assert.match((await response.json()).error, words);
    }
    assert.equal((await fetch(`${demo.view}/api/v1/overview`, { method: 'POST' })).status, 405);
    await page.evaluate(() => (location.hash = '#/?speed=1'));
    await shows(page, 'unknown parameter "speed"');
  });

  test('works in Firefox', async (t) => {
    const firefox = await launch('firefox');
    t.after(() => firefox.close());
    const other = await openLive(firefox, demo.view);
    assert.match(await heading(other), /\/product\/\{id\} hurts 30 sessions on mobile/);
    for (const view of Object.values(views)) {
      await go(other, view);
      assert.ok((await heading(other)).length > 3, view);
    }
    assert.deepEqual(other.complaints, []);
  });

  test('had nothing to complain about', () => {
    // Wrong queries are answered with 400 and 404, which browsers write on the console.
    assert.deepEqual(page.complaints.filter((text) => !/status of 40[04]/.test(text)), []);
  });
});
