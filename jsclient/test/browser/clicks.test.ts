import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {until} from './server.js';
import {tag, useBrowser} from './visits.js';

const on = useBrowser({
  '/': `${tag}<h1>Shop</h1><button id="dead">Buy</button>
<button id="alive" onclick="setTimeout(() => (out.textContent = 'bought'), 300)">Buy</button>
<a id="route" href="/product/42" onclick="event.preventDefault(); history.pushState({}, '', '/product/42')">Product</a>
<p id="out"></p><a id="away" href="/elsewhere">Elsewhere</a>`,
});

test('a button without a handler is dead, one that answers later and a link that leads somewhere are not', async () => {
  const page = await on.tab('/');
  for (const id of ['dead', 'alive']) {
    await page.click('#' + id);
    await pause(1200);
  }
  await page.click('#away');
  await until('the clicks are told of', () => on.server.kind('click').length == 3);
  expect(on.server.kind('click').map(({sel, a}) => [sel, a?.dead])).toEqual([
    ['button#dead', true],
    ['button#alive', undefined],
    ['a#away', undefined],
  ]);
});
