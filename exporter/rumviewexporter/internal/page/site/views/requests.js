// Resources and requests by how long people waited for them, all together.
import { h } from '../dom.js';
import { bytes, count, measure, short } from '../format.js';
import { empty, session, table } from '../parts.js';

export function requests({ frame, requests: list }) {
  if (!list.length) return [h('h1', null, 'Slowest resources and requests'), empty(frame, 'resources or requests')];
  const columns = [
    { label: 'URL', kind: 'why', cell: (r) => [r.method && h('span', { class: 'tag' }, r.method), h('code', { title: r.url }, short(r.url, 80))] },
    { label: 'Kind', cell: (r) => r.initiator || '–' },
    { label: 'p75', kind: 'number', cell: (r) => h('b', null, measure(r.p75, 'ms')) },
    { label: 'Waited in all', kind: 'number', cell: (r) => measure(r.total, 'ms') },
    { label: 'Count', kind: 'number', cell: (r) => count(r.count) },
    { label: 'Failed', kind: 'number', cell: (r) => (r.failed ? h('span', { class: 'verdict exceeded' }, count(r.failed)) : '0') },
    { label: 'Size', kind: 'number', cell: (r) => (r.size ? bytes(r.size) : '–') },
    { label: 'Session', cell: (r) => session(r.example) },
  ];
  return [
    h('h1', null, 'Slowest resources and requests'),
    h('p', { class: 'sub' }, 'The client reports slow resources, requests of scripts and failures; fast resources are left out.'),
    table('Resources and requests by how long people waited for them', columns, list, (r) => `${r.method} ${r.initiator} ${r.url}`),
  ];
}
