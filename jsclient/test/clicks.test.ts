import {beforeEach, describe, expect, test} from 'vitest';
import {clicks, getRUM, requests} from '../src/index.js';
import type {Click, RUMEvent} from '../src/wire.js';
import {events, flushed, hide, pass, startClient, useHarness} from './harness.js';

useHarness();

const told = () => events().filter(({k}) => k == 'click') as (RUMEvent & Click)[];
const marks = () => told().map(({a}) => a);

beforeEach(() => {
  document.body.innerHTML = `<button id="buy"><span>Buy</span></button><a id="link" href="/cart">Cart</a>
    <a id="mail" href="mailto:x@shop.example">Mail</a><p id="text">Text</p><div id="out"></div>`;
});

function click(id: string, init: MouseEventInit = {}) {
  const target = document.querySelector('#' + id)!;
  target.addEventListener('click', (event) => event.preventDefault(), {once: true});
  target.dispatchEvent(new MouseEvent('click', {bubbles: true, composed: true, cancelable: true, ...init}));
}

const start = () => startClient({}, [clicks, requests]);

describe('a click is dead', () => {
  test('when a button does nothing within a second', async () => {
    start();
    click('buy');
    await pass(1000);
    await flushed();
    expect(told()).toMatchObject([{sel: 'button#buy', tag: 'button', a: {dead: true}}]);
  });

  test('also on what stands in a button', async () => {
    start();
    const span = document.querySelector('span')!;
    span.dispatchEvent(new MouseEvent('click', {bubbles: true, composed: true}));
    await pass(1000);
    await flushed();
    expect(told()).toMatchObject([{tag: 'span', a: {dead: true}}]);
  });
});

describe('a click is not dead', () => {
  test.each<[string, () => unknown]>([
    ['the document changes', () => (document.querySelector('#out')!.textContent = 'done')],
    ['an attribute changes', () => document.querySelector('#out')!.setAttribute('aria-busy', 'true')],
    ['the page scrolls', () => window.dispatchEvent(new Event('scroll'))],
    ['something is requested', () => fetch('/api')],
    ['the page is left', () => window.dispatchEvent(new Event('pagehide'))],
    ['the tab is hidden', () => hide()],
  ])('when %s', async (_, happens) => {
    start();
    click('buy');
    await pass(500);
    happens();
    await pass(600);
    await flushed();
    expect(told()).toHaveLength(1);
    expect(marks()).toEqual([undefined]);
  });

  test.each([['text'], ['mail']])('on what promises no answer here: %s', async (id) => {
    start();
    click(id);
    await pass(1000);
    await flushed();
    expect(marks()).toEqual([undefined]);
  });

  test('when the link is opened elsewhere', async () => {
    start();
    click('link', {ctrlKey: true});
    await pass(1000);
    await flushed();
    expect(marks()).toEqual([undefined]);
  });
});

test('a click that waits for its answer is told when the page is left, once', async () => {
  start();
  click('buy');
  window.dispatchEvent(new Event('pagehide'));
  await pass(2000);
  expect(told()).toHaveLength(1);
});

test('three clicks on one element within a second are rage, once', async () => {
  start();
  for (let i = 0; i < 5; i++) {
    click('buy');
    await pass(100);
  }
  await flushed();
  await pass(1100);
  await flushed();
  expect(marks().map((a) => a?.rage)).toEqual([undefined, undefined, true, undefined, undefined]);
});

test('three clicks in three seconds, or on three elements, are none', async () => {
  start();
  for (const id of ['buy', 'buy', 'buy', 'text', 'link', 'buy']) {
    click(id);
    await pass(id == 'buy' ? 1100 : 10);
  }
  await pass(1100);
  await flushed();
  expect(marks().filter((a) => a?.rage)).toEqual([]);
});

test('after stop nothing watches the document', async () => {
  start();
  click('buy');
  getRUM()!.stop();
  await pass(2000);
  expect(told().map(({a}) => a?.dead)).toEqual([undefined]);
});
