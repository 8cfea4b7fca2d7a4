// What the views draw. Each chart has what it shows in words and, folded away, as a table.
import './chart.js';
import { h, svg } from './dom.js';
import { count, hour, measure, parts } from './format.js';
import { table } from './parts.js';

/**
 * A chart with its table.
 * @param {string} key identifies a chart
 * @param {string} label what it shows, in words
 * @param {import('./chart.js').Model} model
 */
function chart(key, label, model, columns, rows) {
  const canvas = h('rum-chart', { 'data-key': key, tabindex: 0, role: 'group', 'aria-label': `${label}. Arrow keys read it out` }, h('div', { class: 'plot', 'aria-hidden': 'true' }), h('p', { class: 'reads', role: 'status' }));
  canvas.model = model;
  return h('figure', { class: 'chart', 'data-key': key }, canvas, h('details', null, h('summary', null, 'As a table'), table(label, columns, rows)));
}

const seconds = (list) => list.map(({ time }) => Date.parse(time) / 1000);
const span = (x) => [x[0] - 30, x.at(-1) + 30];
const most = (values, least = 1) => Math.max(least, ...values) * 1.15;

/** The last minutes from the first one of which there is something to tell, and ten at least. */
function known(list, isEmpty) {
  const first = list.findIndex((m) => !isEmpty(m));
  return list.slice(Math.max(0, Math.min(first < 0 ? Infinity : first, list.length - 10)));
}

/** Page views and errors by minute. */
export function traffic(minutes) {
  const list = known(minutes, (m) => !m.page_views && !m.errors);
  const x = seconds(list);
  return chart(
    'traffic',
    'Page views and errors by minute',
    {
      time: true,
      data: [x, list.map((m) => m.page_views), list.map((m) => m.errors)],
      series: [{ colour: 'views', kind: 'bars' }, { colour: 'bad', kind: 'bars' }],
      range: span(x),
      top: most(list.flatMap((m) => [m.page_views, m.errors])),
      x: (v) => hour(v * 1000),
      y: count,
      marks: [],
      says: (i) => `${hour(list[i].time)}: ${count(list[i].page_views)} page views, ${count(list[i].errors)} errors`,
    },
    [
      { label: 'Minute', cell: (m) => hour(m.time) },
      { label: 'Page views', kind: 'number', cell: (m) => count(m.page_views) },
      { label: 'Errors', kind: 'number', cell: (m) => count(m.errors) },
    ],
    list,
  );
}

/** A vital's p75 by minute beside its limit. */
export function course({ name, unit, limit, minutes }) {
  const list = known(minutes, (m) => !m.count);
  const x = seconds(list);
  const p75 = list.map((m) => (m.count ? m.p75 : null));
  return chart(
    `course ${name}`,
    `p75 of ${name.toUpperCase()} by minute, limit ${measure(limit, unit)}`,
    {
      time: true,
      data: [x, p75],
      series: [{ colour: 'link', kind: 'line' }],
      range: span(x),
      top: most(p75, limit),
      x: (v) => hour(v * 1000),
      y: (v) => measure(v, unit),
      marks: [{ y: limit, colour: 'text', text: `limit ${measure(limit, unit)}` }],
      says: (i) => `${hour(list[i].time)}: ${list[i].count ? `p75 ${measure(list[i].p75, unit)}, n = ${count(list[i].count)}, ${count(list[i].over)} over the limit` : 'no measurements'}`,
    },
    [
      { label: 'Minute', cell: (m) => hour(m.time) },
      { label: 'p75', kind: 'number', cell: (m) => (m.count ? measure(m.p75, unit) : '–') },
      { label: 'Measurements', kind: 'number', cell: (m) => count(m.count) },
      { label: 'Over the limit', kind: 'number', cell: (m) => count(m.over) },
    ],
    list,
  );
}

/** The distribution of a vital with its limit. */
export function distribution({ bins, limit, unit, p75, name }) {
  const width = bins[0].to;
  const over = (b) => b.from >= limit - 1e-9;
  const range = (b) => (b.to ? `${measure(b.from, unit)} to ${measure(b.to, unit)}` : `over ${measure(b.from, unit)}`);
  return chart(
    `distribution ${name}`,
    `Distribution of ${name.toUpperCase()}: p75 ${measure(p75, unit)}, limit ${measure(limit, unit)}`,
    {
      data: [bins.map((b) => b.from + width / 2), bins.map((b) => (over(b) ? null : b.count)), bins.map((b) => (over(b) ? b.count : null))],
      series: [{ colour: 'good', kind: 'bars' }, { colour: 'bad', kind: 'bars' }],
      range: [0, bins.at(-1).from + width],
      top: most(bins.map((b) => b.count)) * 1.15, // the marks' texts stand above
      x: (v) => measure(v, unit),
      y: count,
      marks: [
        { x: limit, colour: 'text', text: `limit ${measure(limit, unit)}` },
        { x: Math.min(p75, bins.at(-1).from + width), colour: 'link', text: `p75 ${measure(p75, unit)}` },
      ],
      says: (i) => `${range(bins[i])}: ${count(bins[i].count)} measurements${over(bins[i]) ? ', over the limit' : ''}`,
    },
    [
      { label: name.toUpperCase(), cell: range },
      { label: 'Measurements', kind: 'number', cell: (b) => count(b.count) },
      { label: '', cell: (b) => (over(b) ? 'over the limit' : 'within') },
    ],
    bins.filter((b) => b.count > 0),
  );
}

/** The phases of a vital as one bar. */
export function stack(list, label) {
  const total = list.reduce((sum, p) => sum + p.mean, 0);
  if (!total) return null;
  let x = 0;
  const pieces = list.map((p, i) => {
    const width = (p.mean / total) * 100;
    const piece = svg('rect', { class: `part${i}`, x: x.toFixed(2), y: 0, width: width.toFixed(2), height: 10 }, svg('title', null, `${parts[p.name] ?? p.name}: ${measure(p.mean, 'ms')}`));
    x += width;
    return piece;
  });
  return h(
    'figure',
    { class: 'stack' },
    h('figcaption', null, `${label}: `, h('b', null, measure(total, 'ms')), ' on average'),
    svg('svg', { viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, pieces),
    h(
      'ul',
      { class: 'legend' },
      list.map((p, i) => h('li', null, h('i', { class: `part${i}` }), `${measure(p.mean, 'ms')} ${parts[p.name] ?? p.name}`)),
    ),
  );
}

/** A bar whose length is a share. */
export function bar(share, kind) {
  return svg(
    'svg',
    { class: `bar ${kind ?? ''}`, viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: 'track', width: 100, height: 4 }),
    svg('rect', { width: (Math.min(1, Math.max(0, share)) * 100).toFixed(1), height: 4 }),
  );
}
