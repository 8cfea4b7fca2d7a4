import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import type {Answer} from './server.js';
import {until} from './server.js';
import {fullTag, rum, strictPage, tag, useBrowser} from './visits.js';

/** A sandbox without allow-same-origin is an opaque origin: reading localStorage throws. */
const sandboxed = {html: tag, headers: {'content-security-policy': 'sandbox allow-scripts'}};

const flood = `${tag}<script>
  function flood() {
    const start = performance.now();
    for (let i = 0; i < 10000; i++) reportError(new TypeError('again'));
    return performance.now() - start;
  }
</script>`;

/** Names that a page may have for things of its own, and an element that comes from another frame. */
const named = `<img name="addEventListener"><script>class Node {}\nclass Element {}\nclass ShadowRoot {}\nconst URL = '/api'</script>${tag}<button id="own">own</button>
<iframe srcdoc="<button id='theirs'>theirs</button>"></iframe>
<script>addEventListener('load', () => document.body.append(frames[0].document.getElementById('theirs')))</script>`;

/** What our timers call, and what the page hears of it. */
const heard = (script: string) => `<script>heard = []; onerror = (message) => void heard.push(message); onunhandledrejection = ({reason}) => void heard.push(String(reason));
  ${script}</script>${fullTag}<p>text`;

/** A policy that forbids the endpoint, and a page that goes on recording. */
const forbidden = {
  html: `<script>violations = 0; addEventListener('securitypolicyviolation', () => violations++)</script>${fullTag}`,
  headers: {'content-security-policy': "connect-src 'none'"},
};

const on = useBrowser({
  '/': tag,
  '/old': heard('delete Performance.prototype.getEntriesByType'),
  '/broken': heard(`performance.now = Date.now = () => { throw new Error('broken') }`),
  '/forbidden': forbidden,
  '/named': named,
  '/twice': tag + tag,
  '/strict': strictPage,
  '/sandboxed': sandboxed,
  '/flood': flood,
});

test('a page with a strict policy and Trusted Types sees no violation', async () => {
  on.needs('trustedTypes');
  const page = await on.tab('/strict');
  await page.click('button');
  await page.hide(); // the click waits for an answer no longer
  await until('the batch arrives', () => on.server.kind('click').length > 0);
  expect(await page.run('violations')).toEqual([]);
  // The policy is in force: what it forbids is seen.
  await page.run('document.head.append(document.createElement("style"))');
  await expect.poll(() => page.run('violations')).toEqual(['style-src-elem']);
});

test('a page whose storage throws has a session all the same', async () => {
  const page = await on.tab('/sandboxed');
  expect(
    await page.run(() => {
      try {
        return typeof localStorage;
      } catch {
        return 'blocked';
      }
    }),
  ).toBe('blocked');
  await rum(page, 'flush');
  await until('the batch arrives', () => on.server.beacons().length > 0);
  expect(on.server.kind('session')).toHaveLength(1);
});

test('a page with an element named addEventListener and names that are those of the browser reports its clicks', async () => {
  const page = await on.tab('/named');
  // By the page itself: a driver may look for the page's `Element`.
  for (const id of ['own', 'theirs']) await page.run(`document.getElementById('${id}').click()`);
  await on.leave(page);
  await until('the clicks arrive', () => on.server.kind('click').length == 2);
  expect(on.server.kind('click').map(({sel}) => sel)).toEqual(['button#own', 'button#theirs']);
});

test('a page without entries of its performance reports what it can, and hears nothing of the rest', async () => {
  const page = await on.tab('/old');
  await pause(100);
  expect(await page.run('heard')).toEqual([]);
  await on.leave(page);
  await until('the view arrives', () => on.server.kind('view').length > 0);
});

test('what breaks in a timer of ours is no error of the page', async () => {
  const page = await on.tab('/broken');
  await pause(100);
  expect(await page.run('heard')).toEqual([]);
});

test('a page whose policy forbids the endpoint is warned of it once by what is left for a crash, however much is recorded', async () => {
  on.needs('fetchLater');
  const page = await on.tab('/forbidden');
  for (let i = 0; i < 5; i++) {
    await rum(page, 'recordCustomMetric', 'x', i);
    await pause(600); // longer than a copy waits
  }
  expect(await page.run('violations')).toBe(1);
});

test("of the bytes that browsers allow to leave with a page, half are the page's own", async () => {
  on.server.answerWith(() => ({status: 'hangs'}));
  const page = await on.tab('/');
  for (let i = 0; i < 60; i++) await rum(page, 'recordCustomMetric', String(i).padEnd(900, 'x'), i);
  await rum(page, 'flush');
  await until('ours is under way', () => on.server.requests.length > 0);
  expect(await page.run(`navigator.sendBeacon('/elsewhere', 'x'.repeat(30 * 1024))`)).toBe(true);
});

test('a page that has the script twice reports once', async () => {
  const page = await on.tab('/twice');
  await on.leave(page);
  // What was hidden and then left may be two batches.
  await until('view and load arrive', () => on.server.kind('view').length > 0 && on.server.kind('nav').length > 0);
  expect(on.server.kind('view')).toHaveLength(1);
  expect(on.server.kind('nav')).toHaveLength(1);
});

test('10,000 equal errors in a loop are five events, a count of the rest, and next to no bytes', async () => {
  const page = await on.tab('/flood');
  const ms = await page.run<number>('flood()');
  await on.leave(page);
  await until('the errors arrive', () => on.server.kind('error').length > 0);
  const bytes = on.server.bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  console.log(`${on.engine.name}: 10,000 errors: ${ms.toFixed(0)} ms, ${on.server.requests.length} requests, ${bytes} bytes`);
  expect(on.server.kind('error')).toHaveLength(5);
  expect(on.server.beacons().reduce((sum, {lost}) => sum + (lost?.duplicate_error || 0), 0)).toBe(9995);
  // One where the loop and the way out fit into an interval of batches, as they do unless the machine is busy.
  expect(on.server.requests.length).toBeLessThanOrEqual(2);
  expect(bytes).toBeLessThan(5000);
});

test('what happened offline arrives afterwards', async () => {
  on.needs('offline');
  const page = await on.tab('/');
  await page.offline(true);
  await rum(page, 'recordCustomMetric', 'offline', 1);
  await rum(page, 'flush');
  await page.offline(false);
  await until('the measure arrives', () => on.server.kind('measure').length > 0, 15_000);
  expect(on.server.kind('measure')).toHaveLength(1);
});

/** Answers so the first time, and says how long the second attempt took to come. */
function refuseOnce(refusal: Answer) {
  const times: number[] = [];
  on.server.answerWith(() => (times.push(Date.now()) > 1 ? {status: 200} : refusal));
  return () => times[1] - times[0];
}

/** A header that a browser shows to scripts of another origin too. */
const after = (seconds: number) => ({'retry-after': String(seconds), 'access-control-expose-headers': 'retry-after'});

test('Retry-After of 429 is kept', async () => {
  const waited = refuseOnce({status: 429, headers: after(2)});
  await rum(await on.tab('/'), 'flush');
  await until('the batch arrives', () => on.server.beacons().length > 0, 10_000);
  expect(waited()).toBeGreaterThanOrEqual(1900);
  expect(on.server.requests).toHaveLength(2);
});

test.each<[string, Answer]>([
  ['answers 503', {status: 503}],
  ['cuts connections', {status: 'cut'}],
])('a receiver that %s gets the same batch again, later', async (_, refusal) => {
  const ids = new Set<string>();
  let refusals = 2;
  on.server.answerWith(({id}) => {
    ids.add(id);
    return refusals-- > 0 ? refusal : {status: 200};
  });
  await rum(await on.tab('/'), 'flush');
  await until('the batch arrives', () => on.server.beacons().length > 0, 10_000);
  expect(on.server.kind('session')).toHaveLength(1);
  expect(ids.size).toBe(1);
});

test('a receiver that finds batches too large gets them in halves', async () => {
  on.server.answerWith(({events}) => ({status: events.length > 2 ? 413 : 200}));
  const page = await on.tab('/');
  for (let i = 0; i < 6; i++) await rum(page, 'recordCustomMetric', 'x', i);
  await rum(page, 'flush');
  await until('all arrived', () => on.server.kind('measure').length == 6);
  expect(on.server.kind('measure').map(({v}) => v).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(on.server.beacons().filter(({lost}) => lost)).toEqual([]);
});

test('a receiver that never answers does not hold up the page or the next one', async () => {
  on.server.answerWith(() => ({status: 'hangs'}));
  const page = await on.tab('/');
  await rum(page, 'recordCustomMetric', 'x', 1);
  await rum(page, 'flush');
  await until('the receiver hangs', () => on.server.requests.length > 0);
  const start = Date.now();
  await on.leave(page);
  expect(Date.now() - start).toBeLessThan(2000);
});
