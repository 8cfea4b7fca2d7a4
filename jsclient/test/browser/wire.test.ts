import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {until} from './server.js';
import {useBrowser} from './visits.js';

/** What a visit may cost; the figures are printed. */
const MAX_BODY_BYTES = 1_600;
const POSTS = 1;

const on = useBrowser({});

/**
 * A page of a shop: four subresources, a click, three errors of different kinds, a slow request. What
 * only a busy machine makes slow is left out: long frames, and resources but for the one that is meant.
 */
const shop = (endpoint: string) => `<title>Shop</title>
<script src="/rum.iife.js"></script>
<script>
  RUM.initRUM({
    endpoint: '${endpoint}',
    app: 'shop',
    beforeSend({k, u}) {
      if (k == 'task' || (k == 'resource' && u != '/slow')) return false;
    },
  });
</script>
<script src="/web-vitals.js"></script><img src="/a.png"><img src="/b.png">
<h1>Shop</h1><button onclick="buy()">Buy</button>
<script>
  function buy() {
    const end = performance.now() + 20;
    while (performance.now() < end);
    console.error('no stock');
    setTimeout(() => null.price);
    setTimeout(() => Promise.reject(new Error('no price')));
    fetch('/slow?token=secret').then(() => (window.bought = true));
  }
</script>`;

test('a visit costs one request without preflight and at most 1,600 bytes', async () => {
  on.server.pages['/'] = shop(on.server.otherOrigin + '/v1/rum');
  const page = await on.tab('/');
  await page.click('button');
  await expect.poll(() => page.run('window.bought')).toBe(true);
  await pause(6000); // the visit's: longer than an interval of batches
  await on.leave(page);
  await until('the batch arrives', () => on.server.kind('vital').some(({n}) => n == (on.has('INP') ? 'INP' : 'FCP')));
  await pause(500); // for a second request, which must not come
  const bytes = on.server.bodies.map((body) => Buffer.byteLength(body));
  const kinds = on.server.events().map(({k}) => k).join(' ');
  console.log(`${on.engine.name}: scripted visit: ${on.server.requests.length} requests, ${bytes.join(' + ')} B: ${kinds}`);
  expect(on.server.requests.map(({method}) => method)).toEqual(Array(POSTS).fill('POST'));
  expect(on.server.kind('error')).toHaveLength(2);
  expect(bytes.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(MAX_BODY_BYTES);
});
