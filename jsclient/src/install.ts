import type * as Budget from './budget.js';
import {ofDocument} from './dom.js';
import type {RUMOptions} from './options.js';
import type {Parts} from './part.js';
import type {Collector} from './recorder.js';
import {getRUM} from './rum.js';
import {safely} from './scope.js';
import {autoOptions} from './script-tag.js';
import {initNamed} from './settings.js';

/** The global object of the script. Of `elsewhere` see initNamed. */
export const apiOf = (collectors: Record<string, Collector | Partial<Parts>>, elsewhere?: RegExp) => ({
  getRUM,
  initRUM: (options: RUMOptions) => initNamed(collectors, options, elsewhere),
  /** What pages queue that cannot know whether the script is there already: see the README. */
  q: {push: (call: () => void) => void safely(call)},
});

/** With functions that are in /rum.js?full alone. */
export type Installed = ReturnType<typeof apiOf> & Partial<typeof Budget>;

/** Leaves RUM on the page; `<script async src="https://collector.example/rum.js" data-app="shop">` is a whole installation. */
export function install(api: Installed): void {
  const {q} = (globalThis.RUM || {}) as {q?: unknown};
  globalThis.RUM = api;
  // A module does not know its tag.
  const tag = (ofDocument('currentScript') || document.querySelector('script[type=module][data-app]')) as Element | null;
  const options = safely(() => autoOptions(tag));
  if (options) RUM.initRUM(options);
  // So that a tag that lost its attributes is found out; a page that starts the client itself mostly has by then.
  else addEventListener('load', () => getRUM() || console.debug('[rum] no data-app'));
  // An element of the page may have the name.
  if (Array.isArray(q)) q.forEach(RUM.q.push);
}
