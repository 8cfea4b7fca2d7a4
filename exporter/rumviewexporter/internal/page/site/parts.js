// Pieces that several views have.
import { h } from './dom.js';
import { count, measure, verdicts } from './format.js';
import { link } from './route.js';

/** Below this many records a number is said to rest on few. */
const few = 30;

const symbols = { within: '✓', exceeded: '✕', unknown: '?' };

/** A verdict as a mark that does not need colour. */
export const verdict = (v) => h('span', { class: `verdict ${v}` }, h('span', { 'aria-hidden': 'true' }, symbols[v]), ` ${verdicts[v]}`);

/** How many measurements a number rests on, and whether these are few. */
export function basis({ count: n, records, effective }) {
  const of = Math.abs(n - records) > 0.5 ? `${count(n)} from ${count(records)} records` : `n = ${count(n)}`;
  return h('span', { class: effective < few ? 'basis few' : 'basis' }, of, effective < few && h('span', { class: 'note' }, ' few'));
}

/** One vital's p75 in a table. */
export function score(s) {
  if (!s) return h('span', { class: 'none' }, '–');
  return h('span', { class: `score ${s.verdict}` }, h('b', null, measure(s.p75, s.unit)), ' ', verdict(s.verdict), ' ', basis(s));
}

/**
 * A table; one of more than three columns becomes cards on a phone.
 * @param {string} caption
 * @param {{label: string, cell: (row) => unknown, kind?: string}[]} columns
 */
export function table(caption, columns, rows, key = (_, i) => String(i)) {
  return h(
    'div',
    { class: columns.length > 3 ? 'wide cards' : 'wide', role: 'region', 'aria-label': caption, tabindex: 0 },
    h(
      'table',
      { role: 'table' },
      h('caption', null, caption),
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, columns.map((c) => h('th', { scope: 'col', role: 'columnheader', class: c.kind }, c.label)))),
      h(
        'tbody',
        { role: 'rowgroup' },
        rows.map((row, i) =>
          h(
            'tr',
            { role: 'row', 'data-key': key(row, i) },
            columns.map((c, at) => h(at ? 'td' : 'th', { role: at ? 'cell' : 'rowheader', scope: at ? null : 'row', class: c.kind, 'data-label': c.label }, c.cell(row))),
          ),
        ),
      ),
    ),
  );
}

/** What a view says when there is nothing to show. */
export function empty(frame, what) {
  const { window: books, records, points } = frame;
  if (!books.received && points) {
    return h('div', { class: 'empty' }, h('h2', null, 'Only metrics arrive'), h('p', null, 'This is made of records: add ', h('code', null, 'rum_view'), ' to the exporters of the pipeline of logs as well. ', h('a', { href: link('') }, 'What the metrics say of vitals')));
  }
  if (!books.received) {
    return h('div', { class: 'empty' }, h('h2', null, 'Nothing has arrived yet'), h('p', null, 'Open a page that is measured and use it for a few seconds: its records show here by themselves. If they do not, see whether the pipeline of logs has ', h('code', null, 'rum_view'), ' among its exporters.'));
  }
  if (!books.entries) return h('div', { class: 'empty' }, h('h2', null, 'Nothing within the window'), h('p', null, `${count(books.received)} records arrived, and all have left the window since.`));
  if (!records) return h('div', { class: 'empty' }, h('h2', null, 'Nothing passes the filter'), h('p', null, `${count(books.entries)} records are in the window. `, h('a', { href: link(undefined, { visitor: 'all' }) }, 'Show all, those of bots and tests as well')));
  return h('div', { class: 'empty' }, h('h2', null, `No ${what}`), h('p', null, `${count(records)} records are in the window, and none is of this kind.`));
}

/** A link to a session, by the beginning of its id. */
export const session = (id) => (id ? h('a', { href: link(`session/${encodeURIComponent(id)}`), class: 'id', title: `session ${id}` }, id.slice(0, 8)) : h('span', { class: 'none' }, '–'));

export const tile = (label, value, ...more) => h('div', { class: 'tile' }, h('h2', null, label), h('p', { class: 'big' }, value), more);
