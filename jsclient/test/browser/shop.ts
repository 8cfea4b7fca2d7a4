import {setTimeout as pause} from 'node:timers/promises';
import type {Beacon, RUMEvent} from '../wire.js';
import {untilPage, type Tab} from './drivers/driver.js';

/**
 * A page of a shop that is measured by what is in its head: four subresources with that, a click,
 * three errors of different kinds, a slow request. Its answer changes the page: without a window
 * Chromium calls nobody back at idle between a click and the next change.
 */
export const shop = (head: string) => `<title>Shop</title>
${head}
<script src="/web-vitals.js"></script><img src="/a.png"><img src="/b.png">
<h1>Shop</h1><button onclick="buy(this)">Buy</button>
<script>
  function buy(button) {
    const end = performance.now() + 20;
    while (performance.now() < end);
    console.error('no stock');
    setTimeout(() => null.price);
    setTimeout(() => Promise.reject(new Error('no price')));
    fetch('/slow?token=secret').then(() => {
      button.textContent = 'Bought';
      window.bought = true;
    });
  }
</script>`;

/** The scripted visit: load the shop, click, wait until all is calm. What follows is leaving it. */
export async function visitShop(tab: Tab, url: string): Promise<void> {
  await tab.open(url);
  await tab.click('button');
  await untilPage(tab, 'window.bought');
  await pause(6_000); // longer than an interval of batches
}

/** What only a busy machine makes slow: long frames, and resources but for the one that is meant. */
const isNoise = (event: RUMEvent) => event.k == 'task' || (event.k == 'resource' && event.u != '/slow');

const length = (value: unknown) => Buffer.byteLength(JSON.stringify(value) + ',');

/** Bytes of the bodies of a visit, without the noise. */
export function bytesOf(bodies: string[]): number {
  const noise = bodies.flatMap((body) => (JSON.parse(body) as Beacon).events).filter(isNoise);
  return [...bodies.map((body) => Buffer.byteLength(body)), ...noise.map((event) => -length(event))].reduce((a, b) => a + b, 0);
}

/** A button whose click takes long enough to be reported, fails, and shows soon after that it was heard. */
export const hasty = `<button onclick="buy(this)">Buy</button>
<script>
  function buy(button) {
    const end = performance.now() + 60;
    while (performance.now() < end);
    setTimeout(() => (button.textContent = 'Bought'), 20);
    null.price;
  }
</script>`;

/** The browser never finds an idle moment after this: requestIdleCallback waits for its timeout, or for ever. */
export const starved = `<script>
  window.requestIdleCallback = (fn, {timeout} = {}) => (timeout ? setTimeout(fn, timeout) : 0);
</script>`;

const painted = 'performance.getEntriesByName("first-contentful-paint").length > 0';

/** Loads a page with that button, clicks on what can be seen, and returns 100 ms later. */
export async function hastyClick(tab: Tab, url: string): Promise<void> {
  await tab.open(url);
  await untilPage(tab, painted);
  await tab.click('button');
  await pause(100);
}
