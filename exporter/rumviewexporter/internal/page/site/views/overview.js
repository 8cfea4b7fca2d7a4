// Which page hurts, whom, and why.
import { bar, traffic } from '../charts.js';
import { h } from '../dom.js';
import { count, measure, parts, percent, plural, roundPercent, short, vitals } from '../format.js';
import { basis, empty, score, session, table, tile, verdict } from '../parts.js';
import { link, narrowed } from '../route.js';

export function overview(data) {
  const { frame, metrics } = data;
  if (!frame.window.received && metrics.length) return [onlyMetrics(data)];
  if (!frame.records) return [h('h1', null, 'Overview'), empty(frame, 'data')];
  if (!data.page_views && !data.vitals.length && !data.errors) return [h('h1', null, 'Overview'), nothingMeasured(frame)];
  return [
    h('h1', null, headline(data)),
    h('section', { class: 'tiles', 'aria-label': 'Totals' }, tiles(data)),
    h('section', { 'aria-labelledby': 'vitals' }, h('h2', { id: 'vitals' }, 'Web vitals'), h('div', { class: 'tiles' }, data.vitals.map(card))),
    h('section', { 'aria-labelledby': 'routes' }, h('h2', { id: 'routes' }, 'Where it hurts'), rows(data)),
    h('section', { 'aria-labelledby': 'traffic' }, h('h2', { id: 'traffic' }, 'Minute by minute'), h('p', { class: 'sub key' }, h('i', { class: 'views' }), 'page views ', h('i', { class: 'bad' }), 'errors'), traffic(data.minutes)),
  ];
}

/** Records of other instrumentations, say, or only noise. */
function nothingMeasured({ records }) {
  return h('div', { class: 'empty' }, h('h2', null, 'No page views, vitals or errors'), h('p', null, `${plural(records, 'record')} arrived, and none is one of these. `, h('a', { href: link('events') }, 'See what they are'), '. Records of other instrumentations count when they have the names of the semantic conventions.'));
}

/** One sentence: the worst page, for whom, and why. */
function headline({ routes }) {
  const worst = routes.find((r) => r.hurt > 0);
  if (!worst) return 'Nobody is hurt';
  const whom = `${plural(worst.hurt, 'session')} on ${worst.device}`;
  if (!worst.why) return `${worst.route} hurts ${whom}: ${short(worst.error, 80)}`;
  return `${worst.route} hurts ${whom}: ${because(worst.why)}`;
}

function because({ vital, culprit, part, part_share: share, version }) {
  const phase = part && share > 0 ? `${roundPercent(share)} of it ${parts[part] ?? part}` : '';
  return [vital.toUpperCase(), culprit && `at ${short(culprit, 40)}`, version && `in ${version}`, phase && `(${phase})`].filter(Boolean).join(' ');
}

/** Errors a minute, over the last five or as long as there are records. */
function errorRate({ frame, minutes: list }) {
  const known = (Date.parse(frame.to) - Date.parse(frame.window.oldest)) / 60_000;
  return list.slice(-5).reduce((sum, m) => sum + m.errors, 0) / Math.min(5, Math.max(1, known));
}

function tiles(data) {
  const { page_views: views, sessions, crash_free: crashFree, errors, noise } = data;
  return [
    tile('Page views', count(views)),
    tile('Sessions', count(sessions)),
    tile('Crash-free sessions', crashFree === undefined ? '–' : percent(crashFree), h('p', { class: 'sub' }, 'without an error')),
    tile('Errors a minute', count(errorRate(data)), h('p', { class: 'sub' }, h('a', { href: link('errors') }, `${plural(errors, 'error')} in the window`), noise > 0 && `, ${count(noise)} more are noise`)),
  ];
}

function card(s) {
  return h(
    'div',
    { class: `tile vital ${s.verdict}`, 'data-key': s.name },
    h('h3', null, h('a', { href: link(`vital/${s.name}`), title: vitals[s.name] }, s.name.toUpperCase())),
    h('p', { class: 'big' }, measure(s.p75, s.unit)),
    bar(s.limit ? s.p75 / s.limit / 2 : 0, `half ${s.verdict}`),
    h('p', { class: 'sub' }, verdict(s.verdict), ` limit ${measure(s.limit, s.unit)}`),
    h('p', { class: 'sub' }, 'p75, ', basis(s)),
  );
}

function rows({ routes, routes_total: total }) {
  const most = Math.max(1, ...routes.map((r) => r.hurt));
  const vital = (name) => ({ label: name.toUpperCase(), kind: 'vital', cell: (r) => score(r.vitals.find((v) => v.name === name)) });
  const columns = [
    { label: 'Route', kind: 'route', cell: (r) => [h('a', { href: narrowed('', { route: r.route, device: r.device }) }, short(r.route)), h('span', { class: 'device' }, r.device)] },
    { label: 'Sessions hurt', kind: 'hurt', cell: (r) => [h('b', null, count(r.hurt)), ` of ${count(r.sessions)}`, bar(r.hurt / most, r.hurt ? 'exceeded' : ''), r.example && h('span', { class: 'example' }, 'such as ', session(r.example))] },
    vital('lcp'),
    vital('inp'),
    vital('cls'),
    { label: 'Why', kind: 'why', cell: (r) => [r.why ? h('a', { href: narrowed(`vital/${r.why.vital}`, { route: r.route, device: r.device }) }, because(r.why)) : r.errors ? '' : '–', r.error && h('a', { class: 'error', href: narrowed('errors', { route: r.route, device: r.device }) }, short(r.error, 70))] },
    { label: 'Errors', kind: 'number', cell: (r) => (r.errors ? h('a', { href: narrowed('errors', { route: r.route, device: r.device }) }, count(r.errors)) : '0') },
    { label: 'Views', kind: 'number', cell: (r) => count(r.page_views) },
  ];
  return [
    table('Routes and devices by how many sessions had a vital over its limit or an error', columns, routes, (r) => `${r.route} ${r.device}`),
    total > routes.length && h('p', { class: 'sub' }, `The first ${routes.length} of ${count(total)} routes and devices. Filter to see others; names that make each visit a route of its own belong into routes::templates of the receiver.`),
  ];
}

/** Without logs there are no sessions, causes or events, but all the measurements. */
function onlyMetrics({ metrics }) {
  const columns = [
    { label: 'Route', cell: (r) => r.route },
    { label: 'Device', cell: (r) => r.device },
    { label: 'Vital', cell: (r) => r.name.toUpperCase() },
    { label: 'p75', cell: (r) => h('b', null, measure(r.p75, r.unit)) },
    { label: 'Limit', cell: (r) => measure(r.limit, r.unit) },
    { label: 'Verdict', cell: (r) => verdict(r.verdict) },
    { label: 'Over', kind: 'number', cell: (r) => `${count(r.over)} of ${count(r.count)}` },
  ];
  return [
    h('h1', null, 'Only metrics arrive'),
    h('p', null, 'Vitals are read from histograms, as exact as their buckets. Sessions, causes, errors and events need the pipeline of logs as well: add ', h('code', null, 'rum_view'), ' to its exporters.'),
    table('Vitals by route and device', columns, metrics, (r) => `${r.route} ${r.device} ${r.name}`),
  ];
}
