// Errors, grouped: those that hurt most people first.
import { h } from '../dom.js';
import { ago, count, percent, plural, short } from '../format.js';
import { empty, session } from '../parts.js';
import { narrowed } from '../route.js';

export function errors({ frame, errors: groups }) {
  if (!groups.length) return [h('h1', null, 'Errors'), empty(frame, 'errors')];
  return [h('h1', null, plural(groups.length, 'kind of error', 'kinds of errors')), h('ol', { class: 'groups' }, groups.map(group))];
}

function group(g) {
  return h(
    'li',
    { 'data-key': g.fingerprint, class: g.noise ? 'noise' : null },
    h('h2', null, h('span', { class: 'type' }, g.type || 'Error'), ' ', short(g.message, 300)),
    h(
      'p',
      { class: 'sub' },
      h('b', null, plural(g.sessions, 'session')),
      `, ${plural(g.count, 'time')}${g.records === g.count ? '' : ` (from ${count(g.records)} records)`}, first ${ago(g.first)}, last ${ago(g.last)}`,
      g.noise && h('span', { class: 'tag' }, `noise: ${g.noise}`),
    ),
    h('dl', null, facts('Routes', 'route', g.routes, g.count), facts('Versions', 'version', g.versions, g.count), facts('Browsers', 'browser', g.browsers, g.count), h('div', null, h('dt', null, 'Sessions'), h('dd', null, g.examples.length ? g.examples.map((id) => [session(id), ' ']) : '–'))),
    g.stack && h('details', null, h('summary', null, 'Stack'), h('pre', { tabindex: 0 }, g.stack)),
  );
}

function facts(label, dimension, list, total) {
  return h(
    'div',
    null,
    h('dt', null, label),
    h('dd', null, list.map(({ value, count: n }) => h('span', { class: 'fact' }, value === 'unknown' ? value : h('a', { href: narrowed('errors', { [dimension]: value }) }, short(value, 40)), ` ${percent(n / total)}`))),
  );
}
