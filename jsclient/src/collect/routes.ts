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
  const {openPage, view, listen, settings, _hooks: hooks} = recorder;
  const pathInHash = (address: string) => hooks.hash?.(settings, address) || '';
  const changed = (replaced: boolean) => {
    const {href, hash} = location;
    // `#section` is a place on the page, also on one of a hash router.
    const inHash = hash && !pathInHash(href) ? () => '' : pathInHash;
    const routeOf = (address: string) => withoutHash(address, replaced) + inHash(address);
    if (routeOf(href) != routeOf(view().href)) openPage({});
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
  // The page may have moved on, for it was prerendered or consent came late.
  changed(true);
}

/** Path and query make a page. A replacement of the query alone is a filter that the user sets, not another page; so is a query in the hash. */
const withoutHash = (address: string, replaced: boolean): string => address.split(replaced ? /[?#]/ : '#')[0];
