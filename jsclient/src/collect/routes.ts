import type {Settings} from '../options.js';
import {hashPath} from '../page.js';
import type {Recorder} from '../recorder.js';
import {safely} from '../scope.js';
import {wrap} from '../wrap.js';

/** https://developer.mozilla.org/docs/Web/API/Navigation_API */
type Navigation = EventTarget & {currentEntry: object | null};

/**
 * Route changes inside the document become page views. The Navigation API reports them where it
 * exists; otherwise history's methods are wrapped until stopped.
 */
export function routes(recorder: Recorder): void {
  const {openPage, view, listen, settings} = recorder;
  const changed = (replaced: boolean) => {
    const {href, hash} = location;
    // `#section` is a place on the page, also on one of a hash router.
    const routed = hash && !hashPath(href, settings) ? {} : settings;
    if (routeOf(href, replaced, routed) != routeOf(view().href, replaced, routed)) openPage({});
    else view().href = href; // still the same view, under another address
  };
  // A variable or an element of the page may have the name.
  const {navigation} = globalThis as {navigation?: Navigation};
  if (navigation && 'currentEntry' in Object(navigation)) {
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
 * The part of an address that makes a page: path, query and, for hash routers, the path in the hash. A
 * replacement of the query alone is a filter that the user sets, not another page; so is a query in the hash.
 */
function routeOf(address: string, replaced: boolean, settings: Pick<Settings, 'hash'>): string {
  const {origin, pathname, search} = new URL(address);
  return origin + pathname + (replaced ? '' : search) + hashPath(address, settings);
}
