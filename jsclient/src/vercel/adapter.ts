import {cleanText} from '../scrub.js';
import type {Page, RUMEvent} from '../events.js';
import {activationStart} from '../navigation-entry.js';
import type {RUMOptions} from '../options.js';
import type {Collector, Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {scrubURL} from '../scrub.js';
import {hooks, type Hook} from './hooks.js';

/** What the packages call: `va('event', {name: 'signup'})`. */
type Call = (name: string, value?: never) => void;
type Queue = ArrayLike<Parameters<Call>>;

/** What the packages share with their scripts. https://github.com/vercel/analytics */
type Globals = {va?: Call; vaq?: Queue; vai?: boolean; vam?: string; si?: Call; siq?: Queue; sil?: boolean};
const globals = globalThis as Globals;

/** Takes the tag of the second package, if the first has started the client. */
const KEY = Symbol.for('@otelcol-rum/vercel');
const holder = globalThis as {[KEY]?: (tag: HTMLScriptElement) => void};

/** Calls that wait for a page that is not shown yet; there are few, for nobody sees it. */
const MAX_WAITING = 100;

type View = {route?: string | null; path?: string};
type Custom = {name?: unknown; data?: object; options?: {flags?: unknown}};

/** `/blog/[slug]` and `/docs/[...path]` as our own bindings write them: `/blog/:slug`, `/docs/*path`. */
export const routeOf = (route?: string | null): string | undefined =>
  // What the package writes for no route is the word.
  route && route != 'undefined' ? cleanText(route.replace(/\[?\[(\.{3})?([^\]]+)\]\]?/g, (_, rest, name) => (rest ? '*' : ':') + name)) : undefined;

/**
 * Does what the scripts do that @vercel/analytics and @vercel/speed-insights load: reads the tag that the package has
 * made, drains its queue and answers its calls from then on. `start` starts the one client for both.
 */
export function adapt(tag: HTMLScriptElement, start: (options: RUMOptions, adapter: Collector) => void): void {
  if (holder[KEY]) return holder[KEY](tag);

  const tags = new Set([tag, ...document.querySelectorAll<HTMLScriptElement>('script[data-sdkn^="@vercel/"]')]);
  const tagOf = (name: string) => [...tags].find(({dataset}) => dataset.sdkn?.startsWith('@vercel/' + name));
  const insights = tagOf('speed-insights');
  const analytics = tagOf('analytics');
  const given: DOMStringMap = {...insights?.dataset, ...analytics?.dataset, ...tag.dataset};
  /** The framework reports the pages. */
  const byFramework = !!analytics?.dataset.disableAutoTrack;
  const both = hooks();
  const waiting: Parameters<Call>[] = [];
  let recorder: Recorder | undefined;
  /** The path of the last page that it reported. */
  let last: string | undefined;
  /** The view of the load was recorded before the framework reported it. */
  let early = false;
  let keepsVitals = true;

  const name = (page: Page, route: string | undefined) => {
    if (route) page.route = route;
  };

  const pageview = ({route, path}: View, {_load: load, page, view, record, openPage}: Recorder) => {
    const known = {route: routeOf(route)};
    const before = last;
    last = path || location.pathname;
    if (!byFramework) {
      if (view().href == location.href) name(page(), known.route);
      else openPage(known);
    } else if (before === undefined) {
      // The address may be another one by the time that the script is there.
      if (last != location.pathname) load.url = scrubURL(new URL(last, location.href).href);
      name(load, known.route);
      if (early) record({kind: 'view', time: activationStart()}, load);
    } else if (before == last) name(page(), known.route);
    else openPage({...known, url: last});
  };

  const event = ({name: named, data, options}: Custom, {record}: Recorder) => {
    const flags = options?.flags;
    // Names of flags, or flags with their values.
    const attributes = {...data, flags: Array.isArray(flags) ? flags.filter((flag) => typeof flag == 'string').join() : flags};
    record({kind: 'measure', time: performance.now(), name: String(named), value: 1, unit: '{event}', attributes} as RUMEvent);
  };

  const call: Call = (called, value) => {
    if (!recorder) {
      if (waiting.length < MAX_WAITING) waiting.push([called, value]);
    } else if (called == 'pageview') pageview(value || {}, recorder);
    else if (called == 'event') event(value || {}, recorder);
  };
  const answer = (queue: Queue | undefined, hook: (given: Hook) => void): Call => {
    const called: Call = (of, value) => safely(() => (of == 'beforeSend' ? typeof value == 'function' && hook(value) : call(of, value)));
    for (const queued of Array.from(queue || [])) called(...queued);
    return called;
  };

  const beforeSend = (event: RUMEvent, page: Page) => {
    if (event.kind == 'view' && byFramework && last === undefined) return !(early = true);
    if ((event.kind == 'vital' && !keepsVitals) || !both._isSent(event, page)) return false;
    if (globals.vam != 'development') return true;
    if (given.debug != 'false') console.log('[rum] not sent in development:', event, page);
    return false;
  };

  /** Follows what a package says in its tag. */
  const follow = (of: HTMLScriptElement, {page, onStop}: Recorder) => {
    const {sampleRate} = of.dataset;
    // Page views are those of everybody.
    if (analytics && sampleRate) keepsVitals = Math.random() < +sampleRate;
    const read = () => name(page(), routeOf(of.dataset.route));
    read();
    const observer = new MutationObserver(() => safely(read));
    observer.observe(of, {attributeFilter: ['data-route']});
    onStop(() => observer.disconnect());
  };

  holder[KEY] = (later) => {
    if (recorder && !tags.has(later)) follow(later, recorder);
    tags.add(later);
  };
  globals.vai = globals.sil = true;
  globals.va = answer(globals.vaq, both._pages);
  globals.si = answer(globals.siq, both._vitals);

  const {endpoint = new URL('v1/rum', tag.src).href, dsn, sampleRate} = given;
  const options: RUMOptions = {endpoint, app: dsn, beforeSend, routes: !byFramework};
  if (!analytics) options.sampleRate = sampleRate as undefined; // a text is read as from any tag
  start(options, (started) => {
    recorder = started;
    both._with(started);
    tags.forEach((of) => follow(of, started));
    for (const queued of waiting.splice(0)) safely(() => call(...queued));
  });
}
