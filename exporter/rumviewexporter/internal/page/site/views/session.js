// One session from its first record to its last.
import { h } from '../dom.js';
import { count, plural, time } from '../format.js';
import { item } from './items.js';

export function session(s) {
  const seconds = (Date.parse(s.end) - Date.parse(s.start)) / 1000;
  const facts = { service: s.service, version: s.version, device: s.device, browser: s.browser, country: s.country };
  const exceeded = s.events.filter((e) => e.level === 'exceeded').length;
  const failed = s.events.filter((e) => e.kind === 'error').length;
  return [
    h('h1', null, 'Session ', h('code', null, s.id.slice(0, 8))),
    h('p', { class: 'lead' }, `${time(s.start)}, ${count(seconds)} s long: ${plural(s.total, 'record')}, ${plural(failed, 'error')}, ${plural(exceeded, 'report')} over a limit.${s.weight === 1 ? '' : ` It stands for ${count(s.weight)} sessions.`}`),
    h('dl', { class: 'facts' }, Object.entries(facts).map(([name, value]) => value && h('div', null, h('dt', null, name), h('dd', null, value)))),
    h('ol', { class: 'items' }, s.events.map((e) => item(e, true))),
    s.total > s.events.length && h('p', { class: 'sub' }, `The first ${s.events.length} of ${count(s.total)} records.`),
  ];
}
