// What arrived, what left, what it stands for, and whether logs and metrics agree.
import { h } from '../dom.js';
import { bytes, count } from '../format.js';
import { table } from '../parts.js';

export function books(data) {
  const { frame, events, kept, compare, metrics, collector } = data;
  const w = frame.window;
  return [
    h('h1', null, 'The books'),
    h('section', { 'aria-labelledby': 'collector' }, h('h2', { id: 'collector' }, 'From the browser to here, since the Collector started'), ingest(collector)),
    h('section', { 'aria-labelledby': 'here' }, h('h2', { id: 'here' }, 'Records here'), balance(w), h('p', { class: 'sub' }, `The window takes ${bytes(w.bytes)} at most. `, w.evicted_entries + w.evicted_bytes > 0 && 'Records left before their time: raise max_entries or max_bytes, or make the window shorter.')),
    h('section', { 'aria-labelledby': 'agree' }, h('h2', { id: 'agree' }, 'Logs beside metrics'), agreement(compare, metrics, collector)),
    h('section', { 'aria-labelledby': 'stand' }, h('h2', { id: 'stand' }, 'What the records stand for'), h('div', { class: 'columns' }, lines('By event', events), lines('By the rule that kept them', kept))),
  ];
}

/** received = expired + evicted + here, or something is wrong. */
function balance(w) {
  const right = w.expired + w.evicted_entries + w.evicted_bytes + w.entries;
  const rows = [
    ['received', w.received],
    ['= in the window', w.entries],
    ['+ left with age', w.expired],
    ['+ pushed out by max_entries', w.evicted_entries],
    ['+ pushed out by max_bytes', w.evicted_bytes],
  ];
  return sheet(rows, w.received - right);
}

/** What the receiver and the processor say: received = emitted + refused + duplicate. */
function ingest({ problem, lines: all }) {
  if (problem) return h('p', { class: 'sub' }, `What was refused and sampled away is in the Collector’s own metrics, and these cannot be read: ${problem}.`);
  const named = (name) => all.filter((line) => line.name === `otelcol_rum_${name}`);
  const sum = (name) => named(`receiver_events_${name}`).reduce((total, line) => total + line.value, 0);
  const [received, emitted, refused, duplicate] = ['received', 'emitted', 'refused', 'duplicate'].map(sum);
  const lines = [
    ['events received', received],
    ['= emitted', emitted],
    ['+ refused', refused],
    ['+ duplicates of retries', duplicate],
  ];
  const reasons = (what, name, ...labels) =>
    named(name)
      .filter((line) => line.value > 0)
      .map((line) => ({ what, which: labels.map((label) => line.labels[label]).filter(Boolean).join(', '), value: line.value }));
  const columns = [
    { label: 'What', cell: (l) => l.what },
    { label: 'Which', cell: (l) => h('code', null, l.which || '–') },
    { label: 'How many', kind: 'number', cell: (l) => count(l.value) },
  ];
  const why = [
    ...reasons('requests', 'receiver_requests', 'outcome', 'protocol'),
    ...reasons('events refused', 'receiver_events_refused', 'reason'),
    ...reasons('events lost in the browser', 'receiver_events_client_lost', 'reason'),
    ...reasons('texts and lists cut', 'receiver_trimmed', 'bound'),
    ...reasons('values in overflow series', 'receiver_overflowed', 'bound'),
    ...reasons('records in the processor', 'budget_records', 'outcome', 'reason'),
  ];
  return [sheet(lines, received - emitted - refused - duplicate), why.length > 0 && table('What became of them, and why', columns, why)];
}

function sheet(rows, difference) {
  return [
    h('dl', { class: 'balance' }, rows.map(([label, n]) => h('div', null, h('dt', null, label), h('dd', null, count(n))))),
    difference === 0 ? h('p', { class: 'verdict within' }, '✓ balances') : h('p', { class: 'verdict exceeded' }, `✕ ${count(difference)} are missing`),
  ];
}

function agreement(compare, metrics, collector) {
  if (!metrics.points) return h('p', { class: 'sub' }, 'No metrics arrive: add rum_view to the exporters of the pipeline of metrics, and both are compared here.');
  const columns = [
    { label: 'Count of', cell: (c) => h('code', null, c.name) },
    { label: 'Records', kind: 'number', cell: (c) => count(c.records) },
    { label: 'They stand for', kind: 'number', cell: (c) => count(c.logs) },
    { label: 'Metrics say', kind: 'number', cell: (c) => count(c.metrics) },
    { label: 'Difference', kind: 'number', cell: (c) => count(c.logs - c.metrics) },
  ];
  return [
    table('Within the window', columns, compare, (c) => c.name),
    h('p', { class: 'sub' }, waiting(collector), 'Of all people, whatever the filter. Metrics come a flush interval later, and a vital counts there once it has settled; noise may be left out of them. Sampled records differ by chance.', metrics.ignored > 0 && ` ${count(metrics.ignored)} points found no place: raise max_streams.`),
  ];
}

/** How many measurements the receiver still holds back, if it says so. */
function waiting({ lines: all }) {
  const pending = all.filter((line) => line.name === 'otelcol_rum_receiver_measurements_pending').reduce((sum, line) => sum + line.value, 0);
  return pending > 0 && `${count(pending)} measurements wait in the receiver until their page view is over. `;
}

const lines = (caption, list) =>
  table(
    caption,
    [
      { label: 'Name', cell: (l) => h('code', null, l.name) },
      { label: 'Records', kind: 'number', cell: (l) => count(l.records) },
      { label: 'Events', kind: 'number', cell: (l) => count(l.events) },
    ],
    list,
    (l) => l.name,
  );
