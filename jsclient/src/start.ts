import {batcher} from './batcher.js';
import {caps} from './caps.js';
import {clientOf, type MethodsOf, type RUMClient} from './client.js';
import {errorReporter, errors} from './collect/errors.js';
import {ofDocument} from './dom.js';
import type {Page} from './events.js';
import {gate} from './gate.js';
import {activationStart, navigationType} from './navigation-entry.js';
import type {RUMOptions} from './options.js';
import {pageViews} from './page.js';
import type {Collector, Recorder} from './recorder.js';
import {safely, scope, type Stop} from './scope.js';
import {sessions, type Session} from './session.js';

/** Starts a client: errors and rejections at once, collectors and the session when the gate opens. */
export function start(options: RUMOptions, collectors: Collector[], methodsOf: MethodsOf | undefined, onStop: Stop): RUMClient {
  // '//' is no address, wherever the page is; an empty one would be the page's own.
  const endpoint = new URL(options.endpoint || '//', location.href).href;
  // Own copies: user and tags change.
  const settings = {...options, endpoint, tags: {...options.tags} as Record<string, string>};
  const lifetime = scope();
  const pages = pageViews(settings);
  const sessionAt = sessions(settings);
  const isEnough = caps();
  let session: Session | undefined;

  const mayTell = () => {
    way._enter();
    return way._consent == 'granted' && session?.kept ? session : undefined;
  };
  const batches = batcher(settings, lifetime, mayTell);
  const {_flush: flush, lose} = batches;

  /** Makes sure that what is recorded next belongs to the session of this moment. */
  const inKeptSession = (page: Page, kind: string): boolean => {
    // Where the browser does not tell, all that happens counts as done by somebody.
    const byPerson = /view|click|action/.test(kind) || navigator.userActivation?.isActive !== false;
    const [current, isNew] = sessionAt(Date.now(), byPerson);
    if (current.id != session?.id) flush('batch');
    session = current;
    // Not by record, which would ask for the session again.
    if (isNew && session.kept) batches._queue({kind: 'session', time: performance.now()}, page);
    return session.kept;
  };

  const record: Recorder['record'] = (event, page = pages.pageAt(event.time), same) => {
    if (way._consent == 'denied' || (way._begun && !inKeptSession(page, event.kind))) return;
    const reason = isEnough(event, pages.page(), same);
    if (reason) lose(reason);
    else batches._queue(event, page);
  };

  const openPage: Recorder['openPage'] = (view, time = performance.now()) => {
    const page = pages._open(view, time);
    record({kind: 'view', time, sameDocument: page.type == 'soft-navigation'}, page);
  };

  const recorder = {...lifetime, ...batches, ...pages, settings, _mayTell: mayTell, record, openPage} as Omit<Recorder, 'reportError'> as Recorder;
  recorder.reportError = errorReporter(recorder);

  const collect = () => {
    for (const collector of collectors) safely(() => collector(recorder));
  };
  /** Finds the session, and puts it and the load in front of what was recorded before. */
  const begin = () => {
    const {_load: load} = pages;
    load.type = navigationType();
    const early = batches._clear();
    record({kind: 'view', time: activationStart()}, load);
    if (mayTell()) early.forEach(batches._wait);
  };
  const denied = settings.respectGPC && (navigator as {globalPrivacyControl?: boolean}).globalPrivacyControl;
  const way = gate(lifetime, denied ? 'denied' : settings.consent, collect, begin);

  lifetime.listen(window, 'visibilitychange', () => {
    if (ofDocument('hidden')) flush('hidden');
  });
  // Of the window: on the document the event never arrives.
  lifetime.listen(window, 'pagehide', () => flush('exit'));
  way._activate();
  // After the collectors, if they may begin already: one of them knows more of what was thrown before this script.
  errors(recorder);

  return clientOf(methodsOf, {
    _recorder: recorder,
    flush: () => flush('batch'),
    setConsent(given) {
      if (given == 'denied') batches._forget();
      way._consent = given;
      way._activate();
    },
    sessionId: () => mayTell()?.id,
    setUserId(user) {
      // From nobody to somebody is a login: what waits is theirs too. Any other change is not.
      if (settings.userId && settings.userId != user) flush('batch');
      settings.userId = user!;
    },
    stop() {
      flush('exit');
      way._consent = 'denied';
      Object.freeze(way); // for good
      lifetime._stop();
      onStop();
    },
  });
}
