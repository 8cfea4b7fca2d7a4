import {batcher} from './batcher.js';
import {isEnough} from './caps.js';
import {errorReporter, errors} from './collect/errors.js';
import {ofDocument} from './dom.js';
import {NAMES} from './encode.js';
import type {Page} from './events.js';
import {gate} from './gate.js';
import {activationStart, navigationType} from './navigation-entry.js';
import type {RUMOptions} from './options.js';
import {pageViews} from './page.js';
import type {Parts} from './part.js';
import type {Collector, Hooks, Recorder} from './recorder.js';
import {safely, scope} from './scope.js';
import {sessions, type Session} from './session.js';

export type Started = ReturnType<typeof start>;

/** Starts a client: errors and rejections at once, collectors and the session when the gate opens. */
export function start(options: RUMOptions, list: (Collector | Partial<Parts>)[]) {
  // An own copy: user and tags change. '//' is no address, wherever the page is; an empty one would be the page's own.
  const settings = {...options, endpoint: new window.URL(options.endpoint || '//', location.href).href};
  const lifetime = scope();
  // Functions have no members.
  const hooks = Object.assign({_names: NAMES}, ...list) as Hooks;
  const pages = pageViews(settings, hooks);
  const sessionAt = sessions(settings);
  let session: Session | undefined;

  const mayTell = (): Session | undefined => {
    way._enter();
    return way._consent == 'granted' && session?.kept ? session : undefined;
  };
  const batches = batcher(settings, lifetime, mayTell, hooks);

  /** Makes sure that what is recorded next belongs to the session of this moment. */
  const inKeptSession = (page: Page, kind: string): boolean => {
    // Where the browser does not say so, all that happens counts as done by somebody.
    const byPerson = /view|click|action/.test(kind) || navigator.userActivation?.isActive !== false;
    const now = Date.now();
    const current = sessionAt(now, byPerson);
    const isOther = current.id != session?.id;
    if (isOther) {
      batches._flush('batch');
      // What a session measured that was not kept is for no other: pages that stay open would count more than once.
      if (session?.kept == false) safely(() => (hooks._measured!._pull = () => []));
    }
    session = current;
    // Not by record, which would ask for the session again.
    if (isOther && current.start == now && current.kept) batches._queue({kind: 'session', time: performance.now()}, page);
    return current.kept;
  };

  const record: Recorder['record'] = (event, page = pages.pageAt(event.time), same) => {
    if (way._consent == 'denied' || (way._begun && !inKeptSession(page, event.kind))) return;
    const reason = hooks.ignoreErrors?.(settings, event) || isEnough(pages.view()._counts, event, same);
    if (reason) batches.lose(reason);
    else batches._queue(event, page);
  };

  const openPage: Recorder['openPage'] = (view, time = performance.now()) => {
    const page = pages._open(view, time);
    record({kind: 'view', time, sameDocument: page.type == 'soft-navigation'}, page);
  };

  const recorder = {...lifetime, ...batches, ...pages, settings, _hooks: hooks, _mayTell: mayTell, record, openPage, reportError: errorReporter(record, hooks)};

  const collect = () => {
    // A part is no function. To call it all the same would throw, for which V8 parses the whole script again.
    for (const collector of list) safely(() => (collector as Collector).call?.(undefined, recorder));
  };
  /** Finds the session, and puts it and the load in front of what was recorded before. */
  const begin = () => {
    pages._load.type = navigationType();
    const early = batches._clear();
    record({kind: 'view', time: activationStart()}, pages._load);
    if (mayTell()) early.forEach(batches._wait);
  };
  const way = gate(lifetime, hooks.respectGPC?.(settings) ?? settings.consent, collect, begin);

  lifetime.listen(window, 'visibilitychange', () => {
    if (ofDocument('hidden')) batches._flush('hidden');
  });
  // Of the window: on the document the event never arrives.
  lifetime.listen(window, 'pagehide', () => batches._flush('exit'));
  way._activate();
  // After the collectors, if they may begin already: one of them knows more of what was thrown before this script.
  errors(recorder);

  return {...recorder, _way: way} as Recorder & typeof batches & typeof lifetime & {_way: typeof way; _mayTell: typeof mayTell};
}
