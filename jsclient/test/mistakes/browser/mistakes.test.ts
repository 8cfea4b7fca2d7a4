import {setTimeout as pause} from 'node:timers/promises';
import {expect} from 'vitest';
import {rum, strictPage, tag, useBrowser} from '../../browser/visits.js';
import {until} from '../../browser/server.js';
import {describeMistake, type Wrong} from '../mistake.js';
import {variant, type Edit} from '../variant.js';

const busy = 'onclick="const end = performance.now() + 60; while (performance.now() < end); null.price"';

/**
 * No idle moment, ever: a page that works, or a phone that is slow. It is gone when it is left, for
 * its unload keeps it out of the back/forward cache.
 */
const starved = `<script>
  window.requestIdleCallback = () => 0;
  addEventListener('unload', () => {});
</script>${tag}<button ${busy}>Buy</button>`;

/** A page whose largest paint is late, and which measures itself by web-vitals. */
const measured = `<script src="/web-vitals.js"></script><script>
  window.reference = {};
  for (const name of ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'])
    webVitals['on' + name](({value}) => (reference[name] = value), {reportAllChanges: true});
</script>${tag}<h1>Shop</h1><div id="space"></div><button ${busy}>Buy</button>
<script>
  setTimeout(() => (space.innerHTML = '<p style="font-size:60px">Everything that there is, in large letters'), 150);
</script>`;

const persisted = `${tag}<script>addEventListener('pageshow', (event) => (window.restored = event.persisted))</script>`;

const on = useBrowser({'/': tag, '/strict': strictPage, '/starved': starved, '/measured': measured, '/persisted': persisted});

/** A mistake that shows in a real browser alone. */
const mistake = (name: string, wrong: Wrong, check: () => Promise<void>) =>
  describeMistake(
    name,
    wrong,
    async (edits: readonly Edit[]) =>
      on.server.serveClient(await variant(edits, {entryPoints: ['src/iife-full.ts'], format: 'iife'})),
    check,
  );

/** Whether it happens soon: what does not come is the mistake, and is not waited for for long. */
const soon = (condition: () => boolean, ms = 1500) => until('', condition, ms).then(() => true, () => false);

mistake(
  'a preflight before each batch',
  {
    'a type of its own': [['transport.ts', "credentials: 'omit',", "credentials: 'omit', headers: {'content-type': 'application/json'},"]],
    'a header of its own': [['transport.ts', "credentials: 'omit',", "credentials: 'omit', headers: {'x-sdk': '1'},"]],
  },
  async () => {
    on.server.pages['/cross'] = tag.replace('data-app', `data-endpoint="${on.server.otherOrigin}/v1/rum" data-app`);
    const page = await on.tab('/cross');
    await rum(page, 'flush');
    await until('a request comes', () => on.server.requests.length > 0);
    expect(on.server.requests[0].method).toBe('POST');
    expect(await soon(() => on.server.beacons().length == 1)).toBe(true);
  },
);

mistake(
  'more than 64 KiB under way: the browser refuses the second batch',
  {
    'counts nothing': [['transport.ts', 'keepaliveBytes + size <= MAX_KEEPALIVE', 'true']],
  },
  async () => {
    let first = true;
    on.server.answerWith(() => (first ? ((first = false), {status: 'hangs'}) : {status: 200}));
    const page = await on.tab('/');
    await page.run(() => {
      const {RUM} = window as never as {RUM: {getRUM(): {recordCustomMetric(name: string, v: number, a: object): void; flush(): void}}};
      for (let batch = 0; batch < 3; batch++) {
        for (let i = 0; i < 5; i++) RUM.getRUM().recordCustomMetric('x' + batch, i, Object.fromEntries(Array.from('abcdefgh', (key) => [key, 'x'.repeat(999)])));
        RUM.getRUM().flush();
      }
    });
    expect(await soon(() => on.server.kind('measure').length >= 10)).toBe(true);
    expect(on.server.kind('measure').map(({n}) => n)).toContain('x2');
  },
);

mistake(
  'what happened just before the exit is lost: there is no idle moment any more, and no time',
  {
    'waits for an idle moment': [
      ['collect/vitals.ts', "recorder.onFlush((reason) => (reason == 'sent' ? hooks._measured!._sent() : hooks._measured!._pull()));", 'recorder.observe(\'event\', () => requestIdleCallback(() => hooks._measured!._pull().forEach(({event, page}) => recorder.record(event, page))));'],
    ],
    'compresses at exit': [
      ['transport.ts', 'const body = serialise(batch);', 'const body = serialise(batch); await new Response(new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"))).blob();'],
    ],
    'a task later': [['start.ts', "() => batches._flush('exit'));", "() => setTimeout(batches._flush, 0, 'exit'));"], ['start.ts', "if (ofDocument('hidden')) batches._flush('hidden');", '']],
  },
  async () => {
    const page = await on.tab();
    for (let visit = 0; visit < 3; visit++) {
      on.server.reset();
      await page.open(on.server.origin + '/starved');
      await page.click('button');
      await pause(100);
      await on.leave(page);
      const arrived = () => on.server.kind('error').length == 1 && on.server.kind('vital').some(({n, v}) => n == 'INP' && v >= 56);
      expect(await soon(arrived)).toBe(true);
    }
  },
);

mistake(
  'a page that crashes says nothing',
  {'nothing left with the browser': [['collect/crash-guard.ts', 'if (!fetchLater) return;', 'return;']]},
  async () => {
    const page = await on.tab('/starved');
    await page.click('button');
    await pause(900);
    page.crash();
    expect(await soon(() => on.server.kind('error').length == 1, 4000)).toBe(true);
  },
);

mistake(
  'a page that has the client does not come back from the back/forward cache',
  {'a listener of unload': [['start.ts', "listen(window, 'pagehide'", "listen(window, 'unload'"]]},
  async () => {
    const page = await on.tab('/persisted');
    await on.leave(page);
    await page.back();
    await expect.poll(() => page.run('window.restored')).toBeDefined();
    expect(await page.run('window.restored')).toBe(true);
  },
);

/** Does this too at the start of the script, and goes on if it may not. */
const also = (code: string): Edit => ['iife-full.ts', 'install({...', `try { ${code} } catch {}\ninstall({...`];

mistake(
  'a strict policy is violated: no eval, no markup from strings, no styles, no workers from blobs',
  {
    'eval': [also("new Function('return 1')()")],
    'markup from a string': [also("document.createElement('div').innerHTML = '<b>'")],
    'a style': [also("document.head.append(Object.assign(document.createElement('style'), {textContent: 'a {}'}))")],
    'a worker from a blob': [also("new Worker(URL.createObjectURL(new Blob([''])))")],
    'an image as a beacon': [also("new Image().src = '/v1/rum?x'")],
  },
  async () => {
    const page = await on.tab('/strict');
    await rum(page, 'flush');
    await until('the batch arrives', () => on.server.beacons().length > 0);
    await pause(100);
    expect(await page.run('violations')).toEqual([]);
  },
);

mistake(
  'vitals that are not those of web-vitals',
  {
    'LCP of the first candidate': [['vitals/paint.ts', '&& seen(startTime)', '&& !last && seen(startTime)']],
    'INP without the wait for the frame': [['vitals/inp.ts', 'return {value: duration,', 'return {value: interaction._entry.processingEnd - startTime - 1,']],
    'CLS of the last shift': [['vitals/cls.ts', 'sum += value;', 'sum = value / 2;']],
    'TTFB without the time before the request': [['vitals/ttfb.ts', 'entry.responseStart', 'entry.responseStart + 1']],
    'paints as of when they are reported': [['vitals/paint.ts', '...after(start, startTime)', '...after(start, performance.now())']],
  },
  async () => {
    const page = await on.tab('/measured');
    await pause(400);
    await page.click('button');
    // web-vitals waits for an idle moment.
    await expect.poll(() => page.run('Object.keys(reference).sort().join()'), {timeout: 5000}).toBe('CLS,FCP,INP,LCP,TTFB');
    const reference = await page.run<Record<string, number>>('reference');
    await on.leave(page);
    await until('the vitals arrive', () => on.server.kind('vital').length >= 5);
    for (const {n, v} of on.server.kind('vital')) expect(v, n).toBeCloseTo(reference[n], n == 'CLS' ? 3 : 0);
  },
);
