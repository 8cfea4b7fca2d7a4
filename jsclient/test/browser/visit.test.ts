import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {untilPage, type Need, type Tab} from './drivers/driver.js';
import {until} from './server.js';
import {rum, tag, useBrowser} from './visits.js';

/** A page that measures itself by web-vitals, anew after a return from the back/forward cache. */
const shop = `<title>Shop</title>
<script src="/web-vitals.js"></script>
<script>
  window.reference = {};
  addEventListener('pageshow', ({persisted}) => {
    window.restored = persisted;
    reference = {};
  }, {capture: true}); // before the listeners of web-vitals
  for (const name of ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'])
    webVitals['on' + name](({value}) => (reference[name] = value), {reportAllChanges: true});
</script>
<script src="/rum.iife.js" data-app="shop" data-tag-team="web" data-batch-size="100"></script>
<h1>Shop</h1>
<button id="block" onclick="const end = performance.now() + 120; while (performance.now() < end);">Block</button>
<button id="throw" onclick="setTimeout(() => Promise.reject(new RangeError('far'))); null.price">Throw</button>
<button id="route" onclick="history.pushState({}, '', '/product/42?token=secret')">Route</button>
<button id="move" onclick="setTimeout(() => (space.style.height = '120px'), 600)">Move</button>
<div id="space"></div><p>Moves</p>
<script>
  setTimeout(() => (space.style.height = '80px'), 100);
  fetch('/slow?token=secret');
</script>`;

/** Every resource is slow enough to be reported. */
const everything = shop.replace('data-app', 'data-slow-resource-ms="0" data-app');

/** Has the shop rendered in the background, and goes there. */
const home = `<script type="speculationrules">{"prerender": [{"urls": ["/"], "eagerness": "immediate"}]}</script>
<a href="/">Shop</a>`;

const full = shop.replace('rum.iife', 'rum.full.iife');
/** Its own handler, before ours, keeps the browser from ours for some time. */
const slowToLeave = `<script>addEventListener('pagehide', () => { const end = Date.now() + 3000; while (Date.now() < end); }, true)</script>` + full;
const on = useBrowser({'/': shop, '/home': home, '/everything': everything, '/full': full, '/slow-to-leave': slowToLeave, '/plain': tag + '<h1>Shop</h1>'});

type Values = Record<string, number>;

/** What web-vitals measures here; a vital that the browser has must be among it. */
async function referenceOf(page: Tab, ...wanted: Need[]): Promise<Values> {
  const names = wanted.filter(on.has);
  await untilPage(page, `${JSON.stringify(names)}.every((name) => name in reference)`);
  // web-vitals waits for an idle moment, a second at most, and so may report the last change late.
  let before: Values;
  let now = await page.run<Values>('reference');
  do {
    before = now;
    await pause(1_200);
    now = await page.run<Values>('reference');
  } while (JSON.stringify(now) != JSON.stringify(before));
  return now;
}

/** The last value of each vital that arrived. */
const measured = (): Values => Object.fromEntries(on.server.kind('vital').map(({n, v}) => [n, v]));

/** Half a millisecond is what rounding makes of times, unless the two read the clock one after the other. */
function expectEqual(values: Values, reference: Values, ms = 0.5) {
  expect(Object.keys(values).sort()).toEqual(Object.keys(reference).sort());
  for (const [name, value] of Object.entries(reference)) {
    expect(Math.abs(values[name] - value), `${name}: ${values[name]}, web-vitals: ${value}`).toBeLessThan(name == 'CLS' ? 0.0005 : ms);
  }
}

test('a visit arrives with every signal, in one request, and the vitals that web-vitals measures', async () => {
  const page = await on.tab('/?utm=secret');
  await pause(600);
  await page.click('#block');
  await page.click('#throw');
  await pause(300);
  const reference = await referenceOf(page, 'LCP', 'INP', 'CLS');
  await on.leave(page);
  await until('the batch arrives', () => on.server.kind('vital').length > 0);
  expectEqual(measured(), reference);
  expect(on.server.kind('error')).toMatchObject([{n: 'TypeError'}, {n: 'RangeError', src: 'unhandledrejection'}]);
  expect(on.server.kind('nav')).toHaveLength(1);
  expect(on.server.kind('click')).toHaveLength(2);
  expect(on.server.kind('task').length > 0).toBe(on.has('longFrames'));
  expect(on.server.kind('resource').map(({u}) => u)).toContain('/slow');
  expect(on.server.requests).toEqual([{method: 'POST', contentType: 'text/plain;charset=UTF-8'}]);
  expect(JSON.stringify(on.server.beacons())).not.toContain('secret');
});

test('a page that is hidden reports what it knows, and later only what has changed', async () => {
  const page = await on.tab('/');
  await pause(300);
  await page.click('#block');
  // Firefox reports a click whose frame is not there yet with a duration of 0, and sets it right later.
  const reference = await referenceOf(page, 'LCP', 'INP', 'CLS');
  await page.hide();
  await until('the batch arrives', () => on.server.kind('vital').length > 0);
  expectEqual(measured(), reference);
  await page.show();
  await rum(page, 'recordCustomMetric', 'x', 1);
  await page.hide();
  await until('the second batch arrives', () => on.server.kind('measure').length > 0);
  const vitals = on.server.kind('vital');
  expect(vitals).toHaveLength(new Set(vitals.map(({n}) => n)).size);
});

test('a page that loads in the background has no paints', async () => {
  const page = await on.tab('/elsewhere');
  await page.hide();
  await page.open(on.server.origin + '/');
  await pause(300);
  await page.show();
  await pause(300);
  const reference = await referenceOf(page);
  expect(reference).not.toHaveProperty('LCP');
  await on.leave(page);
  await until('the batch arrives', () => on.server.kind('view').length > 0);
  expectEqual(measured(), reference);
});

test('a page that crashes is still reported', async () => {
  on.needs('crash', 'fetchLater');
  const page = await on.tab('/full');
  await pause(300);
  await page.click('#throw');
  await pause(1000);
  expect(on.server.requests).toHaveLength(0);
  page.crash();
  await until('the batch arrives', () => on.server.kind('error').length > 0, 15_000);
  expect(on.server.kind('vital').map(({n}) => n)).toContain('LCP');
});

// Chromium ends a document that is still unloading when its tab is closed: what its handlers did not get to is never done.
test('a page whose tab is closed while it is being left is still reported', async () => {
  on.needs('fetchLater');
  const page = await on.tab('/slow-to-leave');
  await page.click('#throw');
  await pause(1000); // by then a copy is with the browser
  expect(on.server.requests).toHaveLength(0);
  await page.open('about:blank'); // which is there at once, while handlers of the page before still run
  await page.close();
  await until('the batch arrives', () => on.server.kind('error').length > 0, 15_000);
});

test('another origin needs no preflight', async () => {
  on.server.pages['/cross'] = shop.replace('data-app', `data-endpoint="${on.server.otherOrigin}/v1/rum" data-app`);
  const page = await on.tab('/cross');
  await rum(page, 'flush');
  await until('the batch arrives', () => on.server.requests.length > 0);
  await rum(page, 'recordCustomMetric', 'x', 1);
  await on.leave(page);
  await until('the last batch arrives', () => on.server.kind('measure').length > 0);
  expect(new Set(on.server.requests.map(({method}) => method))).toEqual(new Set(['POST']));
});

test('a route change is a page view of its own, while vitals stay with the load', async () => {
  const page = await on.tab('/');
  await page.click('#route');
  await pause(100);
  await on.leave(page);
  await until('the batch arrives', () => on.server.kind('view').length >= 2);
  const [{pages, events}] = on.server.beacons();
  expect(pages.map(({url}) => new URL(url).pathname)).toEqual(['/', '/product/42']);
  expect(events.filter(({k}) => k == 'vital').every(({p}) => !p)).toBe(true);
  expect(events.filter(({k}) => k == 'view').map(({p}) => p)).toEqual([undefined, 1]);
});

test('a return from the back/forward cache is a page view with vitals of its own, equal to those of web-vitals', async () => {
  const page = await on.tab('/');
  await pause(300);
  await page.click('#block');
  await on.leave(page);
  await until('the first batch arrives', () => on.server.kind('view').length == 1);
  on.server.bodies.length = 0;
  await page.back();
  expect(await page.run('restored')).toBe(true); // else the browser loaded the page anew, and the test shows nothing
  await pause(300);
  await page.click('#move');
  await page.click('#block');
  await pause(1000);
  const reference = await referenceOf(page, 'LCP', 'INP', 'CLS');
  await on.leave(page);
  await until('the second batch arrives', () => on.server.kind('vital').length > 0);
  const [{pages, events}] = on.server.beacons();
  for (const {k, p = 0} of events) if (k == 'view' || k == 'vital') expect(pages[p].type, k).toBe('back-forward-cache');
  const values = measured();
  // Paints after a return are when a callback of either ran, of one frame.
  expectEqual(values, reference, 20);
});

/** Visits a page that was prerendered, and gives what web-vitals has of it. */
async function visitPrerendered(): Promise<Values> {
  on.needs('prerender');
  const page = await on.tab('/home');
  await pause(1000);
  expect(on.server.requests).toHaveLength(0);
  await page.click('a');
  await untilPage(page, 'location.pathname == "/" && performance.getEntriesByType("navigation")[0].activationStart > 0');
  await pause(300); // a click on a page that is only about to be shown may be no input
  await page.click('#block');
  const reference = await referenceOf(page, 'LCP', 'INP', 'CLS');
  await on.leave(page);
  await until('the batch arrives', () => on.server.kind('vital').length > 0);
  return reference;
}

test('a prerendered page is visited when it is shown, and its vitals are measured from then', async () => {
  const reference = await visitPrerendered();
  expectEqual(measured(), reference);
  expect(on.server.kind('view')).toHaveLength(1);
  expect(on.server.kind('session')).toHaveLength(1);
});

test('a prerendered page says that it was', async () => {
  await visitPrerendered();
  expect(on.server.beacons()[0].pages[0].type).toBe('prerender');
});

test('the client does not measure its own requests', async () => {
  const page = await on.tab('/everything');
  for (let i = 0; i < 3; i++) {
    await rum(page, 'recordCustomMetric', 'x', 1);
    await rum(page, 'flush');
    await pause(100);
  }
  await on.leave(page);
  await until('all arrived', () => on.server.kind('measure').length == 3);
  const reported = on.server.kind('resource').map(({u}) => u);
  expect(reported).toContain('/web-vitals.js');
  expect(reported).not.toContain('/v1/rum');
});
