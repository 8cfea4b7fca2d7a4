import {setTimeout as pause} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {until} from './server.js';
import {fullTag, useBrowser} from './visits.js';

/** Buttons and links by what answers them: what is below, and what a click on it runs. */
const answers: Record<string, [body: string, script?: string]> = {
  popover: ['<button id="q" popovertarget="menu">Menu</button><div popover id="menu">one, two</div>'],
  details: ['<details><summary id="q">More</summary>text</details>'],
  value: ['<input id="field" value="kettle"><button id="q">Clear</button>', `q.onclick = () => (field.value = '')`],
  focus: ['<input id="field"><button id="q">Search</button>', `q.onclick = () => field.focus()`],
  reset: ['<form><input id="field"><button type="reset" id="q">Reset</button></form>', `field.value = 'x'`],
  animation: ['<button id="q">Shake</button>', `q.onclick = () => q.animate([{opacity: 0.5}, {opacity: 1}], 900)`],
  rule: ['<style>p {color: red}</style><button id="q">Dark</button>', `q.onclick = () => document.styleSheets[0].insertRule('body {background: #222}')`],
  frame: ['<iframe srcdoc="<p>one"></iframe><button id="q">Next</button>', `q.onclick = () => (frames[0].document.body.textContent = 'two')`],
  invalid: ['<form action="/elsewhere"><input required><button id="q">Pay</button></form>'],
  address: ['<button id="q">Large</button>', `q.onclick = () => history.pushState({}, '', '?size=large')`],
  download: ['<a id="q" download href="/elsewhere">Download</a>'],
  later: ['<button id="q">Buy</button><p id="out"></p>', `q.onclick = () => setTimeout(() => (out.textContent = 'bought'), 300)`],
  link: ['<a id="q" href="/wait">Slow</a>'],
  submit: ['<form action="/wait"><button id="q">Pay</button></form>'],
};

const counter = `class Counter extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({mode: 'open'});
    root.innerHTML = '<button class="more">+</button><p>0</p>';
    root.querySelector('button').onclick = () => (root.querySelector('p').textContent += '1');
  }
}
customElements.define('x-count', Counter);`;

const page = (body: string, script = '') => `${fullTag}<style>button, a, p {display: block; margin: 8px}</style>${body}<script>${script}</script>`;

const on = useBrowser({
  ...Object.fromEntries(Object.entries(answers).map(([name, [body, script]]) => ['/' + name, page(body, script)])),
  '/dead': page('<button id="q">Nothing</button>'),
  '/component': page('<x-count></x-count>', counter),
  '/text': page('<p id="q">Some words of a paragraph that somebody reads aloud.</p>'),
  '/stepper': page('<button id="q">+</button><b id="n">0</b>', `q.onclick = () => (n.textContent = +n.textContent + 1)`),
});

/** A click that nothing has answered by then is dead, ms. */
const VERDICT_MS = 1_150;

const reported = () => on.server.kind('click').map(({sel, a}) => ({sel, ...a}));

test.each(Object.keys(answers))('is an answer to a click: %s', async (name) => {
  const tab = await on.tab('/' + name);
  if (name == 'frame') await pause(300); // it loads
  // A driver may wait for the page that comes.
  await Promise.race([tab.click('#q'), pause(500)]);
  await pause(VERDICT_MS);
  if (!/link|submit/.test(name)) await on.leave(tab);
  await until('the click is reported', () => reported().length > 0);
  expect(reported()).toHaveLength(1);
  expect(reported()[0]).not.toHaveProperty('dead');
});

test('a button without a handler is dead; clicked in haste it is rage, once', async () => {
  const tab = await on.tab('/dead');
  for (let i = 0; i < 5; i++) await tab.click('#q');
  await pause(VERDICT_MS);
  await on.leave(tab);
  await until('the clicks are reported', () => reported().length == 5);
  expect(reported().at(-1)).toMatchObject({sel: 'button#q', dead: true});
  expect(reported().filter((click) => 'rage' in click).length).toBeLessThanOrEqual(1); // a slow driver is in no haste
});

test('a component that draws itself answers, and its selector goes through its host', async () => {
  const tab = await on.tab('/component');
  await tab.run(`document.querySelector('x-count').shadowRoot.querySelector('button').click()`);
  await pause(VERDICT_MS);
  await on.leave(tab);
  await until('the click is reported', () => reported().length == 1);
  expect(reported()).toEqual([{sel: 'html>body>x-count>>>button.more'}]);
});

test.each(['text', 'stepper'])('no rage: %s', async (name) => {
  const tab = await on.tab('/' + name);
  for (let i = 0; i < 4; i++) await tab.click('#q');
  if (name == 'text') await tab.run(`getSelection().selectAllChildren(q)`);
  await tab.click('#q');
  await pause(VERDICT_MS);
  await on.leave(tab);
  await until('the clicks are reported', () => reported().length == 5);
  if (name == 'stepper') expect(reported().filter((click) => 'rage' in click)).toEqual([]);
  expect(reported().filter((click) => 'dead' in click)).toEqual([]);
});
