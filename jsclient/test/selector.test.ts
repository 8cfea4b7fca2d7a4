import {beforeEach, expect, test} from 'vitest';
import {byId, selectorOf} from '../src/selector.js';

beforeEach(() => {
  document.body.innerHTML = '';
});

const selector = (html: string, of = '#it, .it, i') => {
  document.body.innerHTML = html;
  return selectorOf(document.querySelector(of));
};

test.each([
  ['an id', '<p><b id="buy">x</b></p>', 'b', 'b#buy'],
  ['the path to the nearest id', '<form id="pay"><p><b>x</b></p></form>', 'b', 'form#pay>p>b'],
  ['classes that say what it is', '<form id="pay"><b class="card__title is-open third">x</b></form>', 'b', 'form#pay>b.card__title.is-open'],
  ['the name that the page gave it', '<p data-rum-name="pay now"><b>x</b></p>', 'b', 'p[data-rum-name="pay now"]>b'],
])('an element is called by %s', (_, html, of, expected) => {
  expect(selector(html, of)).toBe(expected);
});

test.each([':r3:', 'radix-:r1:', '«r1»', '_r_1_', 'headlessui-menu-button-3', 'mui-4711', 'ember12', 'item-42', 'css-x', 'Cart_row__kXzAb'])(
  'no id that a library makes or that counts: %s',
  (id) => {
    expect(byId(id)).toBe('');
    expect(selector(`<div id="app"><b id="${id}">x</b></div>`, 'b')).toBe('div#app>b');
  },
);

test.each(['main', 'add-to-cart', 'sign_in', 'größe', 'loginForm'])('ids that people give stay: %s', (id) => {
  expect(byId(id)).toBe('#' + id);
});

test.each(['css-1x2y3z', 'sc-bdVaJa', 'svelte-xyz', 'Button_root__3xK9a', 'flex', 'inline-flex', 'items-center', 'px-4', 'md:hover:bg-red-500', 'w-1/2', '[&>p]:mt-2', 'text-lg'])(
  'no class that a library makes or that is for looks: %s',
  (name) => {
    document.body.innerHTML = '<div id="app"><b>x</b></div>';
    document.querySelector('b')!.className = name + ' price';
    expect(selectorOf(document.querySelector('b'))).toBe('div#app>b.price');
  },
);

test('what stands in a shadow tree is found from its host', () => {
  document.body.innerHTML = '<main id="shop"><x-count></x-count></main>';
  const root = document.querySelector('x-count')!.attachShadow({mode: 'open'});
  root.innerHTML = '<p><button class="more">+</button></p><button id="less">-</button>';
  expect(selectorOf(root.querySelector('.more'))).toBe('main#shop>x-count>>>p>button.more');
  expect(selectorOf(root.querySelector('#less'))).toBe('main#shop>x-count>>>button#less');
});

test('fields of a form take nothing of its own', () => {
  document.body.innerHTML = '<form class="f"><input name="id"></form>';
  const form = document.querySelector('form')!;
  Object.defineProperty(form, 'id', {value: form.firstChild});
  expect(selectorOf(form)).toBe('html>body>form.f');
});

test('a long path keeps the end at the element; an element that has left has its own part', () => {
  const deep = '<section class="something">'.repeat(10) + '<b class="price">x</b>';
  expect(selector(deep, 'b')).toMatch(/^section\.something>.*>b\.price$/);
  expect(selector(deep, 'b').length).toBeLessThanOrEqual(100);
  const gone = document.createElement('b');
  gone.id = 'gone';
  expect([selectorOf(gone), selectorOf(null), selectorOf(document)]).toEqual(['b#gone', '', '']);
});
