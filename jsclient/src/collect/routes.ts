import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {wrap} from '../wrap.js';

/**
 * Route changes inside the document become page views. The Navigation API tells of them where it
 * exists; else history's methods are wrapped until stopped.
 */
export function routes(recorder: Recorder): void {
  const {openPage, view, listen} = recorder;
  const changed = (replaced: boolean) => {
    const {href} = location;
    if (routeOf(href, replaced) != routeOf(view().href, replaced)) openPage({});
    else view().href = href; // still the same view, under another address
  };
  // https://developer.mozilla.org/docs/Web/API/Navigation_API
  const {navigation} = globalThis as {navigation?: EventTarget};
  if (navigation) {
    listen<Event & {navigationType?: string}>(navigation, 'currententrychange', ({navigationType}) =>
      changed(navigationType == 'replace'),
    );
  } else {
    for (const method of ['pushState', 'replaceState'] as const) {
      wrap(recorder, history, method, (original, self, args) => {
        original.apply(self, args);
        safely(() => changed(method == 'replaceState'));
      });
    }
    for (const type of ['popstate', 'hashchange']) listen(window, type, () => changed(false));
  }
}

/**
 * The part of an address that makes a page: path, query and, for hash routers, the hash path. A
 * replacement of the query alone is a filter that the user sets, not another page.
 */
function routeOf(address: string, replaced: boolean): string {
  const {origin, pathname, search, hash} = new URL(address);
  return origin + pathname + (replaced ? '' : search) + (/^#!?\//.test(hash) ? hash : '');
}
