import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {untilPage, type Tab} from './drivers/driver.js';
import {until} from './server.js';
import {tag, useBrowser} from './visits.js';

/** A page that web-vitals measures too, as its own tests do: every change is reported. */
const measuredPage = `<script src="/web-vitals.js"></script>
<script>
  window.reference = {};
  for (const name of ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'])
    webVitals['on' + name](({value}) => (reference[name] = value), {reportAllChanges: true});
  function block(ms) {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }
</script>${tag}<style>div { position: relative }</style>`;

type Scenario = {html: string; act?: (page: Tab) => Promise<void>};

const move = (id: string, top: number) => `document.querySelector('#${id}').style.top = '${top}px'`;

/** What the tests of web-vitals do with a page, as far as it needs no stub. */
const scenarios: Record<string, Scenario> = {
  'nothing is painted but a text': {html: '<h1>Shop</h1>'},
  'a larger text comes later': {
    html: '<p>small</p><script>setTimeout(() => document.body.insertAdjacentHTML("beforeend", "<h1 style=\\"font-size: 90px\\">larger</h1>"), 300)</script>',
    act: () => pause(500),
  },
  'what was largest is taken away': {
    html: '<h1 id="hero" style="font-size: 90px">larger</h1><p>small</p><script>setTimeout(() => hero.remove(), 300)</script>',
    act: () => pause(500),
  },
  'nothing is ever painted': {html: ''},
  'shifts in windows of their own, of which the worst counts': {
    html: '<div id="one">one</div><div id="two">two</div><p>text</p>',
    async act(page) {
      await pause(200);
      for (const [top, ms] of [[60, 100], [160, 1300], [200, 100]]) {
        await page.run(move('one', top));
        await pause(ms);
      }
      await page.run(move('two', 90));
    },
  },
  'a shift that somebody asked for': {
    html: `<button id="b" onclick="${move('one', 300)}">move</button><div id="one">one</div>`,
    async act(page) {
      await page.click('#b');
      await pause(600);
    },
  },
  'several interactions, of which the longest counts, and one while the page was never hidden': {
    html: '<button id="a" onclick="block(40)">a</button><button id="b" onclick="block(180)">b</button>',
    async act(page) {
      for (const id of ['#a', '#b', '#a']) {
        await page.click(id);
        await pause(250);
      }
    },
  },
  'a page that is hidden and seen again, and then gets worse': {
    html: '<button id="a" onclick="block(60)">a</button><button id="b" onclick="block(220)">b</button><div id="one">one</div>',
    async act(page) {
      await page.click('#a');
      await pause(300);
      await page.hide();
      await page.show();
      await page.click('#b');
      await pause(600);
      await page.run(move('one', 200));
    },
  },
};

const names = Object.keys(scenarios);
const on = useBrowser(Object.fromEntries(names.map((name, i) => ['/' + i, measuredPage + scenarios[name].html])));

/**
 * What web-vitals says when it has said all: it waits for an idle moment, a second at most. A browser that gives no
 * usable time of the first byte has no TTFB, there and here.
 */
async function referenceOf(page: Tab): Promise<Record<string, number>> {
  await untilPage(page, "document.readyState == 'complete' && !!window.reference");
  await pause(1_300);
  return page.run('reference');
}

test.each(names.map((name, i) => [name, i] as const))('the vitals are those of web-vitals: %s', async (name, i) => {
  const page = await on.tab('/' + i);
  await pause(300);
  await scenarios[name].act?.(page);
  const reference = await referenceOf(page);
  await on.leave(page);
  await until('the page has ended', () => on.server.beacons().some(({pages}) => pages.some(({state}) => state == 'ended')));
  const values: Record<string, number> = Object.fromEntries(on.server.kind('vital').map(({n, v}) => [n, v]));
  expect(Object.keys(values).sort()).toEqual(Object.keys(reference).sort());
  // Half a millisecond is what rounding makes of times.
  for (const [vital, value] of Object.entries(reference)) {
    expect(Math.abs(values[vital] - value), `${vital}: ${values[vital]}, web-vitals: ${value}`).toBeLessThan(vital == 'CLS' ? 0.0005 : 0.5);
  }
});
