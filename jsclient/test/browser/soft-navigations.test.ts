import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import type {RUMEvent, Vital} from '../wire.js';
import {until} from './server.js';
import {useBrowser} from './visits.js';

/** A route change that the browser takes for a navigation: a click, another address, something painted. */
const shop = (attributes: string) => `<title>Shop</title>
<script src="/web-vitals.js"></script>
<script>
  window.reference = {};
  for (const name of ['LCP', 'INP', 'CLS', 'FCP'])
    webVitals['on' + name](({value, navigationType}) => ((reference[navigationType] ??= {})[name] = value), {reportAllChanges: true, reportSoftNavs: true});
</script>
<script src="/rum.full.iife.js" data-app="shop" ${attributes}></script>
<h1>Shop</h1>
<main></main><button id="route" onclick="setTimeout(show, 60)">Product</button>
<button id="block" onclick="const end = performance.now() + 120; while (performance.now() < end); this.textContent = 'Blocked'">Block</button>
<script>
  function show() {
    history.pushState({}, '', '/product/42');
    document.querySelector('main').innerHTML = '<h2 style="font-size: 60px">The blue kettle of forty-two words</h2><p>'.padEnd(900, 'kettle ');
    setTimeout(() => document.querySelector('main').insertAdjacentHTML('afterbegin', '<div style="height: 90px">Banner</div>'), 700);
  }
</script>`;

const on = useBrowser({'/': shop('data-soft-navigations'), '/off': shop('')});

type Reported = RUMEvent & Vital & {url: string; type?: string};

/** The last value of each vital by page view. */
const reported = () =>
  on.server.beacons().flatMap(({events, pages}) =>
    events.filter(({k}) => k == 'vital').map((event) => ({...(event as Reported), url: pages[event.p || 0].url, type: pages[event.p || 0].type})),
  );

async function visit(path: string) {
  const page = await on.tab(path);
  await pause(300);
  await page.click('#route');
  await pause(1200);
  await page.click('#block');
  await pause(400);
  const reference = await page.run<Record<string, Record<string, number>>>('reference');
  await on.leave(page);
  await until('INP is reported', () => on.server.kind('vital').some(({n}) => n == 'INP'));
  return reference;
}

test('a soft navigation has the vitals that web-vitals measures of it', async () => {
  on.needs('softNavigations');
  const reference = (await visit('/'))['soft-navigation'];
  expect(Object.keys(reference)).toEqual(expect.arrayContaining(['CLS', 'FCP', 'LCP']));
  const soft = reported().filter(({type}) => type == 'soft-navigation');
  expect(soft.every(({url}) => url.endsWith('/product/42'))).toBe(true);
  const values = Object.fromEntries(soft.map(({n, v}) => [n, v]));
  expect(Object.keys(values).sort()).toEqual(['CLS', 'FCP', 'INP', 'LCP']);
  expect(values.INP).toBeGreaterThanOrEqual(120);
  delete reference.INP; // web-vitals may report it only when it finds time
  for (const [name, value] of Object.entries(reference)) expect(values[name], name).toBeCloseTo(value, name == 'CLS' ? 3 : 0);
});

test('unless it is asked for, the vitals are those of the load', async () => {
  on.needs('INP');
  await visit('/off');
  expect(reported().filter(({n}) => n == 'FCP' || n == 'LCP').every(({type}) => type != 'soft-navigation')).toBe(true);
});
