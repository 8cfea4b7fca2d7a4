// The tail: what arrived last, with a filter.
import { h } from '../dom.js';
import { count } from '../format.js';
import { empty } from '../parts.js';
import { item } from './items.js';

export function events({ frame, events: list, matched, names }, { filter }) {
  const form = h(
    'form',
    { class: 'search', role: 'search', 'aria-label': 'Events' },
    h('label', null, h('span', null, 'Holds'), h('input', { name: 'q', type: 'search', maxlength: 200, value: filter.q ?? '', placeholder: 'text, route, selector, …' })),
    h('label', null, h('span', null, 'Event'), h('select', { name: 'name' }, h('option', { value: '' }, 'all'), names.map(({ value, count: n }) => h('option', { value, selected: value === filter.name }, `${value} (${count(n)})`)))),
    h('button', null, 'Show'),
  );
  if (!frame.records) return [h('h1', null, 'Events'), empty(frame, 'events')];
  return [
    h('h1', null, 'Events'),
    form,
    h('p', { class: 'sub' }, matched > list.length ? `The last ${list.length} of ${count(matched)} records, newest first` : `${count(matched)} records, newest first`),
    matched ? h('ol', { class: 'items' }, list.map((e) => item(e, false))) : h('p', { class: 'empty' }, 'No record holds that.'),
  ];
}
