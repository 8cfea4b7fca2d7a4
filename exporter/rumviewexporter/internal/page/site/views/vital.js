// One vital: how its values lie, where, and what is to blame.
import { course, distribution, stack } from '../charts.js';
import { h } from '../dom.js';
import { count, measure, percent, short, time, vitals } from '../format.js';
import { basis, empty, session, table, verdict } from '../parts.js';
import { link, narrowed } from '../route.js';

export function vital(data) {
  const tabs = h(
    'nav',
    { class: 'tabs', 'aria-label': 'Vitals' },
    Object.keys(vitals).map((name) => h('a', { href: link(`vital/${name}`), 'aria-current': name === data.name ? 'page' : null, title: vitals[name] }, name.toUpperCase())),
  );
  const title = h('h1', null, vitals[data.name]);
  if (!data.records) return [tabs, title, empty(data.frame, `measurements of ${data.name.toUpperCase()}`)];
  return [
    tabs,
    title,
    h('p', { class: 'lead' }, 'p75 ', h('b', null, measure(data.p75, data.unit)), `, limit ${measure(data.limit, data.unit)}: `, verdict(data.verdict), `. ${percent(data.over / data.count)} of the measurements are over it. p50 ${measure(data.p50, data.unit)}, p95 ${measure(data.p95, data.unit)}. `, basis(data)),
    h('section', { 'aria-labelledby': 'how' }, h('h2', { id: 'how' }, 'Distribution'), distribution(data)),
    h('section', { 'aria-labelledby': 'when' }, h('h2', { id: 'when' }, 'Minute by minute'), course(data)),
    data.parts.length > 0 &&
      h('section', { 'aria-labelledby': 'parts' }, h('h2', { id: 'parts' }, 'Where the time goes'), stack(data.parts, 'All measurements'), stack(data.parts_over, 'Those over the limit')),
    h('section', { 'aria-labelledby': 'blame' }, h('h2', { id: 'blame' }, 'Most often to blame'), culprits(data)),
    h('section', { 'aria-labelledby': 'whom' }, h('h2', { id: 'whom' }, 'Where and for whom'), dimensions(data)),
    h('section', { 'aria-labelledby': 'worst' }, h('h2', { id: 'worst' }, 'Worst measurements'), worst(data)),
  ];
}

function culprits({ elements, resources, scripts, unit }) {
  const list = (label, rows) =>
    rows.length > 0 &&
    table(
      label,
      [
        { label: label.slice(0, -1), kind: 'why', cell: (r) => h('code', { title: r.name }, short(r.name, 70)) },
        { label: 'Over the limit', kind: 'number', cell: (r) => `${count(r.over)} of ${count(r.count)}` },
        { label: 'p75', kind: 'number', cell: (r) => measure(r.p75, unit) },
      ],
      rows.slice(0, 8),
      (r) => r.name,
    );
  const found = [list('Elements', elements), list('Resources', resources), list('Scripts', scripts)].filter(Boolean);
  return found.length ? h('div', { class: 'columns' }, found) : h('p', { class: 'sub' }, 'These records do not say. The client of this project does, and web-vitals with attribution.');
}

function dimensions({ dimensions: all, unit }) {
  const order = ['route', 'device', 'version', 'connection', 'browser', 'country', 'service', 'environment'];
  const shown = order.map((name) => [name, all[name]]).filter(([, groups]) => groups.some((g) => g.value !== 'unknown') && groups.length > 1);
  if (!shown.length) return h('p', { class: 'sub' }, 'All measurements are of one route, device, version, connection, browser and country.');
  return h(
    'div',
    { class: 'columns' },
    shown.map(([name, groups]) =>
      table(
        `By ${name}`,
        [
          { label: name, cell: (g) => (g.value === 'unknown' ? g.value : h('a', { href: narrowed(undefined, { [name]: g.value }) }, short(g.value, 40))) },
          { label: 'p75', kind: 'number', cell: (g) => measure(g.p75, unit) },
          { label: 'Verdict', cell: (g) => [verdict(g.verdict), ' ', basis(g)] },
        ],
        groups.slice(0, 8),
        (g) => g.value,
      ),
    ),
  );
}

function worst({ worst: list, unit }) {
  return table(
    'The largest values',
    [
      { label: 'Value', cell: (e) => h('b', null, measure(e.value, unit)) },
      { label: 'Time', cell: (e) => time(e.time) },
      { label: 'Route', cell: (e) => short(e.route, 40) },
      { label: 'Device', cell: (e) => e.device },
      { label: 'Culprit', kind: 'why', cell: (e) => (e.culprit ? h('code', { title: e.culprit }, short(e.culprit, 40)) : '–') },
      { label: 'Session', cell: (e) => session(e.session) },
    ],
    list,
  );
}
