import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {MAX_BODY_BYTES, POSTS} from './limits.js';
import {until} from './server.js';
import {shop, visitShop} from './shop.js';
import {useBrowser} from './visits.js';

const on = useBrowser({});

/** What only a busy machine makes slow is left out: long frames, and resources but for the one that is meant. */
const client = (endpoint: string) => `<script src="/rum.iife.js"></script>
<script>
  RUM.initRUM({
    endpoint: '${endpoint}',
    app: 'shop',
    beforeSend({kind, url}) {
      if (kind == 'task' || (kind == 'resource' && url != '/slow')) return false;
    },
  });
</script>`;

test('a visit costs one request without preflight and at most 1,600 bytes', async () => {
  on.server.pages['/'] = shop(client(on.server.otherOrigin + '/v1/rum'));
  const page = await on.tab();
  await visitShop(page, on.server.origin + '/');
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
