import {listen, safely, stopAll, type Stop} from '../listen.js';
import type {Recorder} from '../recorder.js';

/** https://developer.mozilla.org/docs/Web/API/Navigation_API */
type NavigationAPI = EventTarget & {addEventListener: unknown};

/** How the address changed. A replacement of the query alone is a filter, not a new page. */
type Change = 'push' | 'replace' | 'traverse';

/**
 * Route changes inside the document become page views. The Navigation API tells of them where it
 * exists; else history's methods are wrapped until stopped.
 */
export function routes({openPage, href}: Recorder): Stop {
  const changed = (change: Change) => {
    if (routeOf(location.href, change) != routeOf(href(), change)) openPage({});
  };
  const {navigation} = window as {navigation?: NavigationAPI};
  if (navigation) {
    return listen<Event & {navigationType?: string | null}>(navigation, 'currententrychange', (event) => {
      changed(event.navigationType == 'replace' ? 'replace' : 'push');
    });
  }
  return stopAll([
    wrap('pushState', () => changed('push')),
    wrap('replaceState', () => changed('replace')),
    listen(window, 'popstate hashchange', () => changed('traverse')),
  ]);
}

/** The part of an address that makes a page: path, query and, for hash routers, the hash path. */
function routeOf(address: string, change: Change): string {
  const {origin, pathname, search, hash} = new URL(address);
  return origin + pathname + (change == 'replace' ? '' : search) + (/^#!?\//.test(hash) ? hash : '');
}

function wrap(method: 'pushState' | 'replaceState', after: () => void): Stop {
  const original = history[method];
  let stopped = false;
  const wrapped = function (this: History, ...args: Parameters<typeof original>) {
    original.apply(this, args);
    if (!stopped) safely(after);
  };
  history[method] = wrapped;
  return () => {
    stopped = true;
    // Somebody else may have wrapped ours since; theirs must stay.
    if (history[method] == wrapped) history[method] = original;
  };
}
