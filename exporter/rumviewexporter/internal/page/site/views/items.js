// Events as lines: for the tail and for a session.
import { h } from '../dom.js';
import { count, measure, short, time } from '../format.js';
import { session } from '../parts.js';

/** @param {boolean} alone whether all are of one session */
export function item(e, alone) {
  return h(
    'li',
    { class: `item ${e.kind} ${e.level ?? ''}` },
    h(
      'details',
      null,
      h(
        'summary',
        null,
        h('time', { datetime: e.time }, time(e.time)),
        h('span', { class: 'kind' }, e.kind),
        h('span', { class: 'what' }, e.kind === 'vital' ? e.what.toUpperCase() : short(e.what || e.name || 'a record without event name', 160)),
        e.unit && h('b', null, measure(e.value, e.unit)),
        e.level === 'exceeded' && h('span', { class: 'verdict exceeded' }, '✕ over the limit'),
        h('span', { class: 'where' }, e.route ?? '', e.weight !== 1 && ` · stands for ${count(e.weight)}`),
      ),
      h(
        'dl',
        { class: 'attributes' },
        !alone && e.session && h('div', null, h('dt', null, 'session'), h('dd', null, session(e.session))),
        e.kept && h('div', null, h('dt', null, 'kept by'), h('dd', null, e.kept)),
        e.attributes.map(({ key, value }) => h('div', null, h('dt', null, key), h('dd', null, value))),
      ),
    ),
  );
}
