import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import type {Vital} from '../wire.js';
import {untilPage, type Tab} from './drivers/driver.js';
import {until} from './server.js';
import {fullTag, useBrowser} from './visits.js';

/** What web-vitals' attribution build says of each vital, as plain data. */
const reference = `<script src="/web-vitals-attribution.js"></script>
<script>
  window.reference = {};
  for (const name of ['LCP', 'INP', 'CLS'])
    webVitals['on' + name](
      ({value, attribution}) => (reference[name] = {value, ...JSON.parse(JSON.stringify(attribution))}),
      {reportAllChanges: true},
    );
  function block(ms) {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }
</script>`;

const shop = (script: string, body = '') => `<title>Shop</title>${reference}${fullTag}<h1>Shop</h1><button id="buy">Buy</button>${body}
<script>
  const buy = document.querySelector('#buy');
  ${script}
</script>`;

const visits = {
  'a button that is held, whose click works long': `buy.onclick = () => block(200);`,
  'a handler of an event that is no interaction': `buy.addEventListener('mousedown', () => block(200));`,
  'handlers of a press and of its release': `buy.addEventListener('pointerdown', () => block(60)); buy.addEventListener('click', () => block(150));`,
  'work that is in the way of the input': `buy.addEventListener('pointerdown', () => setTimeout(() => block(250), 100)); buy.addEventListener('click', () => block(20));`,
};

const still = `<div id="one" style="position: absolute; top: 100px; width: 300px; height: 100px">one</div>
<div id="two" style="position: absolute; top: 300px; left: 400px; width: 300px; height: 100px">two</div>`;

/** A picture without repetition, so that it counts as content, shown when somebody wants it. */
const picture = `
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 300;
  const context = canvas.getContext('2d');
  for (let i = 0; i < 9000; i++) {
    context.fillStyle = 'hsl(' + ((i * 137) % 360) + ' 90% 50%)';
    context.fillRect((i * 7919) % 300, (i * 104729) % 300, 9, 9);
  }
  window.late = new Image(700, 500);
  late.id = 'late';
  late.style.visibility = 'hidden';
  canvas.toBlob((blob) => (late.src = URL.createObjectURL(blob)));
  document.body.append(late);`;

const on = useBrowser({
  ...Object.fromEntries(Object.values(visits).map((script, i) => ['/' + i, shop(script)])),
  '/shifts': shop('', still),
  '/hidden': shop(picture),
  '/gone': `${reference}<h1 id="hero" style="font-size: 60px">A large heading</h1>`,
});

type Reported = Record<string, number> & {longestScript?: {entry: Record<string, unknown>; intersectingDuration: number}; target?: string};

const last = (name: string) => on.server.kind('vital').filter(({n}) => n == name).at(-1) as Vital;

async function referenceOf(page: Tab, name: string): Promise<Reported> {
  await untilPage(page, `'${name}' in reference`);
  await pause(1200); // web-vitals waits for an idle moment, a second at most
  return (await page.run<Record<string, Reported>>('reference'))[name];
}

test.each(Object.keys(visits).map((what, i) => [what, i] as const))('the parts of INP are those of web-vitals: %s', async (_, i) => {
  on.needs('INP');
  const page = await on.tab('/' + i);
  await pause(300);
  await page.click('#buy', 120);
  await pause(600);
  const wanted = await referenceOf(page, 'INP');
  await on.leave(page);
  await until('INP is reported', () => !!last('INP'));
  const {v, ps = NaN, pe = NaN, it, sc} = last('INP');
  expect(v).toBeCloseTo(wanted.value, 0);
  expect(it).toMatch(/^(pointer|mouse|click)/);
  const parts = [ps, pe - ps, Math.max(v - pe, 0)];
  [wanted.inputDelay, wanted.processingDuration, wanted.presentationDelay].forEach((part, i) => {
    expect(Math.abs(parts[i] - part), `parts ${parts}, web-vitals: ${JSON.stringify(wanted)}`).toBeLessThan(1.5);
  });
  const {longestScript} = wanted;
  if (!longestScript) return;
  const {invoker: m, invokerType, sourceCharPosition: cp} = longestScript.entry;
  expect(sc).toMatchObject({m, it: invokerType, cp});
  expect(sc!.d).toBeCloseTo(longestScript.intersectingDuration, 0);
});

test('of equal shifts the last is named, as by web-vitals', async () => {
  on.needs('CLS');
  const page = await on.tab('/shifts');
  await pause(500);
  for (const [id, top] of [['one', '130px'], ['two', '330px']]) {
    await page.run(`document.querySelector('#${id}').style.top = '${top}'`);
    await pause(200);
  }
  const {largestShiftTime, largestShiftValue, value} = await referenceOf(page, 'CLS');
  await on.leave(page);
  await until('CLS is reported', () => last('CLS')?.v > 0);
  expect(last('CLS').sel).toBe('div#two');
  for (const [ours, theirs] of [[last('CLS').v, value], [last('CLS').sv, largestShiftValue]]) expect(ours).toBeCloseTo(theirs!, 3);
  expect(last('CLS').sa).toBeCloseTo(largestShiftTime, 0);
});

test('LCP ends when the page is hidden, as that of web-vitals', async () => {
  on.needs('LCP');
  const page = await on.tab('/hidden');
  await untilPage(page, 'late.complete && late.naturalWidth > 0');
  await pause(300);
  await page.hide();
  await page.show();
  await page.run(`late.style.visibility = 'visible'`);
  await pause(500);
  const {value} = await referenceOf(page, 'LCP');
  await on.leave(page);
  await until('LCP is reported', () => !!last('LCP'));
  expect(last('LCP').sel).not.toContain('late');
  expect(last('LCP').v).toBeCloseTo(value, 0);
});

test('the largest paint names an element that has gone by its id, as that of web-vitals', async () => {
  on.needs('LCP');
  const page = await on.tab('/gone');
  await pause(400);
  await page.run(`document.querySelector('#hero').remove()`);
  await page.run(() => new Promise((resolve) => {
    const script = Object.assign(document.createElement('script'), {src: '/rum.iife.js', onload: resolve});
    script.dataset.app = 'shop';
    document.head.append(script);
  }));
  await pause(300);
  await on.leave(page);
  await until('LCP is reported', () => !!last('LCP'));
  expect(last('LCP').sel).toMatch(/#hero$/);
});
