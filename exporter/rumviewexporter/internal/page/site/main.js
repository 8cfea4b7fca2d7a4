// Asks the API every two seconds, and shows the view that the address names.
import { h, morph } from './dom.js';
import { count, time } from './format.js';
import { current, link } from './route.js';
import { books } from './views/books.js';
import { errors } from './views/errors.js';
import { events } from './views/events.js';
import { overview } from './views/overview.js';
import { requests } from './views/requests.js';
import { session } from './views/session.js';
import { vital } from './views/vital.js';

const interval = 2000; // milliseconds between two answers

/** Views by the first part of the path: title, query of the API, what it draws. */
const views = {
  '': { title: 'Overview', query: () => 'overview', draw: overview },
  vital: { title: 'Vitals', query: ([, name = 'lcp']) => `vitals/${encodeURIComponent(name)}`, draw: vital },
  errors: { title: 'Errors', query: () => 'errors', draw: errors },
  requests: { title: 'Requests', query: () => 'requests', draw: requests },
  events: { title: 'Events', query: () => 'events', draw: events, takes: ['q', 'name'] },
  books: { title: 'Books', query: () => 'books', draw: books },
  session: { title: 'Session', query: ([, id = '']) => `sessions/${encodeURIComponent(id)}`, draw: session, hidden: true },
};

const element = (id) => document.getElementById(id);
let paused = false;
let timer;
let asking; // AbortController of the question under way

async function refresh() {
  clearTimeout(timer);
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const { path, filter } = current();
  const view = views[path[0] ?? ''] ?? views[''];
  try {
    const [data, all] = await Promise.all([ask(view.query(path), view, filter, signal), ask('dimensions', views[''], {}, signal)]);
    drawFilters(all.dimensions, view);
    const onlyBots = !filter.visitor && data.frame?.visitor === 'all';
    morph(element('main'), h('main', null, onlyBots && h('p', { class: 'lead' }, 'Only bots and tests were here so far, such as headless browsers: these are their records.'), view.draw(data, { path, filter })));
    element('live').textContent = paused ? 'Paused' : `Live · ${time(data.frame?.to ?? all.frame.to)} · ${count(all.frame.window.entries)} records`;
    document.body.classList.remove('stale');
  } catch (error) {
    if (signal.aborted) return;
    complain(error);
  }
  if (!paused && !document.hidden) timer = setTimeout(refresh, interval);
}

/** @returns {Promise<object>} the answer to a query, with what of the filter the query takes */
async function ask(query, view, filter, signal) {
  const dimensions = view.draw === session ? {} : Object.fromEntries(Object.entries(filter).filter(([key]) => view.takes?.includes(key) || !['q', 'name'].includes(key)));
  const response = await fetch(`api/v1/${query}?${new URLSearchParams(dimensions)}`, { signal });
  const body = await response.json().catch(() => ({ error: `the answer has status ${response.status}` }));
  if (!response.ok) throw new Error(body.error ?? `the answer has status ${response.status}`);
  return body;
}

/** Says what is wrong, and keeps what was shown when it is the connection. */
function complain(error) {
  document.body.classList.add('stale');
  if (error instanceof TypeError) {
    element('live').textContent = 'The Collector does not answer; what you see is old';
    return;
  }
  element('live').textContent = 'No answer';
  morph(element('main'), h('main', null, h('div', { class: 'empty' }, h('h2', null, 'This cannot be shown'), h('p', null, error.message), h('p', null, h('a', { href: '#/' }, 'To the overview')))));
}

function drawNav() {
  const { path } = current();
  const here = path[0] ?? '';
  const links = Object.entries(views)
    .filter(([, view]) => !view.hidden)
    .map(([name, view]) => h('a', { href: link(name), 'aria-current': name === here ? 'page' : null }, view.title));
  morph(element('nav'), h('nav', null, links));
  document.title = `${views[here]?.title ?? 'Overview'} · RUM live`;
}

/** Bots and tests are left out unless they are asked for. */
const first = (dimension) => (dimension === 'visitor' ? [h('option', { value: '' }, 'people'), h('option', { value: 'all' }, 'all')] : h('option', { value: '' }, 'all'));

/** A choice for each dimension that has more than one value, or that is chosen. */
function drawFilters(choices, view) {
  const { filter } = current();
  const form = element('filters');
  form.hidden = view.draw === session;
  if (form.contains(document.activeElement)) return; // not under somebody's hands
  const selects = choices
    .filter(({ dimension, values }) => values.length > 1 || filter[dimension] || (dimension === 'visitor' && values[0] !== 'person'))
    .map(({ dimension, values: known }) => {
      const values = known.filter((value) => !(dimension === 'visitor' && value === 'person'));
      const all = filter[dimension] && filter[dimension] !== 'all' && !values.includes(filter[dimension]) ? [...values, filter[dimension]] : values;
      const options = all.map((value) => h('option', { value, selected: value === filter[dimension] }, value));
      return h('label', { 'data-key': dimension }, h('span', null, dimension), h('select', { name: dimension }, first(dimension), options));
    });
  morph(form, h('form', null, selects, Object.keys(filter).length > 0 && h('a', { href: link(undefined, {}) }, 'Clear')));
  for (const select of form.querySelectorAll('select')) select.value = filter[select.name] ?? '';
}

element('filters').addEventListener('change', ({ target }) => {
  location.hash = link(undefined, { ...current().filter, [target.name]: target.value });
  target.blur();
});
element('filters').addEventListener('submit', (event) => event.preventDefault());

/** The events' search lives in the view, which is drawn anew: it is listened to here. */
element('main').addEventListener('submit', (event) => {
  event.preventDefault();
  location.hash = link('events', { ...current().filter, ...Object.fromEntries(new FormData(event.target)) });
});

element('pause').addEventListener('click', ({ currentTarget }) => {
  paused = !paused;
  currentTarget.setAttribute('aria-pressed', String(paused));
  refresh();
});

element('skip').addEventListener('click', (event) => {
  event.preventDefault(); // the part behind the # says what is shown
  element('main').focus();
});

addEventListener('hashchange', () => {
  drawNav();
  scrollTo(0, 0);
  refresh();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) refresh();
});

drawNav();
refresh();
