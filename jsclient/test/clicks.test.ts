import {beforeEach, describe, expect, test, vi} from 'vitest';
import {clicks, frustration, getRUM, requests} from '../src/index.js';
import type {Click, RUMEvent} from './wire.js';
import {events, flushed, hide, pass, startClient, useHarness} from './harness.js';

useHarness();

const reported = () => events().filter(({k}) => k == 'click') as (RUMEvent & Click)[];
const marks = () => reported().map(({a}) => a);

beforeEach(() => {
  document.body.innerHTML = `<form><input id="field" value="kettle"></form><button id="buy"><span>Buy</span></button><a id="link" href="/cart">Cart</a>
    <a id="mail" href="mailto:x@shop.example">Mail</a><p id="text">Text</p><div id="out"></div>`;
});

function click(id: string, init: MouseEventInit = {}) {
  const target = document.querySelector('#' + id)!;
  target.addEventListener('click', (event) => event.preventDefault(), {once: true});
  target.dispatchEvent(new MouseEvent('click', {bubbles: true, composed: true, cancelable: true, ...init}));
}

const start = () => startClient({}, [clicks, frustration, requests]);

describe('a click is dead', () => {
  test('when a button does nothing within a second', async () => {
    start();
    click('buy');
    await pass(1000);
    await flushed();
    expect(reported()).toMatchObject([{sel: 'button#buy', tag: 'button', a: {dead: true}}]);
  });

  test('also on what stands in a button', async () => {
    start();
    const span = document.querySelector('span')!;
    span.dispatchEvent(new MouseEvent('click', {bubbles: true, composed: true}));
    await pass(1000);
    await flushed();
    expect(reported()).toMatchObject([{tag: 'span', a: {dead: true}}]);
  });
});

test.each<[string, () => unknown]>([
  ['a form that a script keeps back', () => document.querySelector('form')!.dispatchEvent(new Event('submit', {bubbles: true}))],
  ['a message between windows', () => window.dispatchEvent(new Event('message'))],
])('%s is no answer', async (_, happens) => {
  start();
  click('buy');
  happens();
  await pass(1000);
  await flushed();
  expect(marks()).toEqual([{dead: true}]);
});

describe('a click is not dead', () => {
  test('when the page stood still meanwhile, as while it asks by confirm', async () => {
    start();
    click('buy');
    vi.setSystemTime(Date.now() + 3000);
    const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3000);
    await pass(100);
    now.mockRestore();
    await pass(1000);
    await flushed();
    expect(marks()).toEqual([undefined]);
  });

  test.each<[string, () => unknown]>([
    ['the document changes', () => (document.querySelector('#out')!.textContent = 'done')],
    ['an attribute changes', () => document.querySelector('#out')!.setAttribute('aria-busy', 'true')],
    ['the page scrolls', () => window.dispatchEvent(new Event('scroll'))],
    ['something is requested', () => fetch('/api')],
    ['the page is left', () => window.dispatchEvent(new Event('pagehide'))],
    ['the tab is hidden', () => hide()],
    ['a popover, dialog or details opens', () => document.querySelector('#out')!.dispatchEvent(new Event('toggle'))],
    ['the focus moves', () => document.querySelector<HTMLElement>('#field')!.focus()],
    ['a field is filled in', () => document.querySelector('#field')!.dispatchEvent(new Event('input', {bubbles: true}))],
    ['a field is cleared by script', () => (document.querySelector<HTMLInputElement>('#field')!.value = '')],
    ['a form is reset', () => document.querySelector('form')!.dispatchEvent(new Event('reset', {bubbles: true}))],
    ['the browser explains what is wrong with a form', () => document.querySelector('#field')!.dispatchEvent(new Event('invalid'))],
    ['something is copied', () => document.dispatchEvent(new Event('copy', {bubbles: true}))],
    ...['select', 'seeking', 'volumechange', 'ratechange', 'enterpictureinpicture', 'pointerlockchange', 'beforeprint'].map(
      (type): [string, () => unknown] => [type, () => document.querySelector('#out')!.dispatchEvent(new Event(type))],
    ),
    ['a box is neither checked nor not', () => (document.querySelector<HTMLInputElement>('#field')!.indeterminate = true)],
    ['a video plays', () => document.querySelector('#out')!.dispatchEvent(new Event('play'))],
    ['a frame has loaded', () => document.querySelector('#out')!.dispatchEvent(new Event('load'))],
    ['another window comes to the front', () => window.dispatchEvent(new Event('blur'))],
    ['the address changes', () => history.replaceState(null, '', '/?size=2')],
    ['a form goes to a server', () => document.querySelector('form')!.dispatchEvent(new Event('formdata', {bubbles: true}))],
  ])('when %s', async (_, happens) => {
    start();
    click('buy');
    await pass(500);
    happens();
    await pass(600);
    await flushed();
    expect(reported()).toHaveLength(1);
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

/** A component that draws itself in a shadow tree, in another of its kind. */
function component(onClick: (out: Element) => void) {
  const [outer, inner] = ['x-outer', 'x-inner'].map((name) => document.createElement(name));
  document.body.append(outer);
  outer.attachShadow({mode: 'open'}).innerHTML = '<p id="total">0</p>';
  outer.shadowRoot!.append(inner);
  inner.attachShadow({mode: 'open'}).innerHTML = '<button class="more"><b>+</b></button><output>0</output>';
  const button = inner.shadowRoot!.querySelector('button')!;
  button.addEventListener('click', () => setTimeout(() => onClick(outer.shadowRoot!.querySelector('p')!), 100));
  return {button, b: button.querySelector('b')!, output: inner.shadowRoot!.querySelector('output')!};
}

describe('in a component', () => {
  test('what stands in a button there, and is not answered, is dead, with its selector through the hosts', async () => {
    const {b} = component(() => {});
    start();
    b.dispatchEvent(new MouseEvent('click', {bubbles: true, composed: true}));
    await pass(1000);
    await flushed();
    expect(reported()).toMatchObject([{sel: 'html>body>x-outer>>>x-inner>>>button.more>b', tag: 'b', a: {dead: true}}]);
  });

  test('a change there, or in the one around it, is an answer', async () => {
    for (const where of ['outer', 'inner']) {
      const {button, output} = component((total) => ((where == 'outer' ? total : output).textContent = '1'));
      start();
      button.dispatchEvent(new MouseEvent('click', {bubbles: true, composed: true}));
      await pass(1000);
      await flushed();
      getRUM()!.stop();
    }
    expect(reported()).toHaveLength(2);
    expect(marks()).toEqual([undefined, undefined]);
  });
});

describe('a link is not dead', () => {
  const follow = async (href: string, prevent?: true) => {
    const link = document.querySelector<HTMLAnchorElement>('#link')!;
    link.href = href;
    start();
    await pass(0);
    const event = new MouseEvent('click', {bubbles: true, composed: true, cancelable: true});
    // As a browser that waits for the server: the DOM of the tests would go there at once.
    const prevented = vi.spyOn(event, 'defaultPrevented', 'get').mockReturnValue(!!prevent);
    event.preventDefault();
    link.dispatchEvent(event);
    await pass(1000);
    await flushed();
    prevented.mockRestore();
    return marks();
  };
  test('when its server takes its time', async () => expect(await follow('/slow')).toEqual([undefined]));
  test('but it is when a script keeps the browser from following it, and does nothing else', async () =>
    expect(await follow('/slow', true)).toEqual([{dead: true}]));
  test('nor when it leads nowhere', async () => expect(await follow('#')).toEqual([{dead: true}]));
});

test('a page says which clicks need no answer', async () => {
  document.querySelector('#buy')!.setAttribute('data-rum-no-answer', '');
  start();
  for (let i = 0; i < 3; i++) click('buy');
  await pass(1000);
  await flushed();
  expect(marks()).toEqual([undefined, undefined, undefined]);
});

test('a click that waits for its answer is reported when the page is left, once', async () => {
  start();
  click('buy');
  window.dispatchEvent(new Event('pagehide'));
  await pass(2000);
  expect(reported()).toHaveLength(1);
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

describe('hasty clicks are no rage', () => {
  const hasty = async (id: string, each: () => void = () => {}) => {
    start();
    for (let i = 0; i < 6; i++) {
      click(id);
      each();
      await pass(80);
    }
    await pass(1000);
    await flushed();
    return marks().filter((a) => a?.rage);
  };

  test('when each is answered', async () => {
    let n = 0;
    expect(await hasty('buy', () => (document.querySelector('#out')!.textContent = String(++n)))).toEqual([]);
  });

  test('also by the value of a field', async () => {
    const field = document.querySelector<HTMLInputElement>('#field')!;
    expect(await hasty('buy', () => (field.value += '.'))).toEqual([]);
  });

  test('when they select a text', async () => {
    vi.stubGlobal('getSelection', () => ({type: 'Range'}));
    expect(await hasty('text')).toEqual([]);
  });

  test('when they place the cursor in a field', async () => {
    expect(await hasty('field')).toEqual([]);
  });

  test('but on what answers nothing they are, whatever is selected', async () => {
    vi.stubGlobal('getSelection', () => ({type: 'Range'}));
    expect(await hasty('buy')).toHaveLength(1);
  });
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
  expect(reported().map(({a}) => a?.dead)).toEqual([undefined]);
});
