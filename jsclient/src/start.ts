import {batcher} from './batcher.js';
import {clientOf, type RUMClient} from './client.js';
import {errorReporter, errors} from './collect/errors.js';
import type {Identity} from './context.js';
import {activationStart, type PrerenderDocument} from './navigation-entry.js';
import {withDefaults, type Consent, type RUMOptions} from './options.js';
import {pageViews} from './page.js';
import type {Collector, Recorder} from './recorder.js';
import {safely, scope} from './scope.js';
import {sessions, type Session} from './session.js';
import {openSlot} from './storage.js';

/** Where the session is kept. All bundles and tabs of the origin share it. */
const STORAGE_KEY = 'otelcol-rum';

/**
 * Starts a client: errors and rejections at once, everything else as soon as the page is really
 * shown (it may be prerendered) and consent is given.
 */
export function start(options: RUMOptions, collectors: Collector[]): RUMClient {
  const endpoint = new URL(options.endpoint, location.href).href;
  const settings = {...withDefaults(options), endpoint};
  const {app, version, environment, userId, tags} = settings;
  const who: Omit<Identity, 'session'> = {app, version, environment, user: userId, tags: {...tags}};
  const lifetime = scope();
  const {listen, observe, onStop} = lifetime;
  const pages = pageViews(settings.keepQuery);
  let session: Session | undefined;
  let consent: Consent = settings.consent;
  let active = false; // there is a session, and collectors run

  const mayTell = () => consent == 'granted' && active && session?.kept;
  const batches = batcher(settings, lifetime, () => (mayTell() ? {...who, session: session!} : undefined));
  const {lose, onFlush, onRecord, peek, flush} = batches;
  const sessionAt = sessions(openSlot(STORAGE_KEY), settings);

  /** Makes sure that what is recorded next belongs to the session of this moment. */
  const inKeptSession = (): boolean => {
    const [current, isNew] = sessionAt(Date.now());
    if (current.id != session?.id) flush('batch');
    session = current;
    if (isNew) record({k: 'session', t: performance.now()});
    return session.kept;
  };

  const record: Recorder['record'] = (event, page) => {
    if (consent == 'denied' || (active && !inKeptSession())) return;
    batches.add(event, page || pages.at(event.t));
  };

  const openPage: Recorder['openPage'] = (view) => {
    const t = performance.now();
    pages.current(); // the last chance to learn the title of the view that ends
    const page = pages.open(view, t);
    record({k: 'view', t, same: page.type == 'soft-navigation'}, page);
  };

  const limit: Recorder['limit'] = (max, reason) => {
    let page = '';
    let count = 0;
    return () => {
      const {id} = pages.current();
      if (id != page) [page, count] = [id, 0];
      return ++count <= max || (lose(reason), false);
    };
  };

  const recorder: Recorder = {
    ...{settings, listen, observe, onStop, record, openPage, limit, lose, onFlush, onRecord, peek},
    page: pages.current,
    href: pages.href,
    isOwn: (url) => url.split('?')[0] == endpoint.split('?')[0],
  };
  const reportError = errorReporter(recorder);
  errors(recorder, reportError);

  /** Opens the gate if nothing is in its way. What was recorded before comes after the session. */
  const activate = () => {
    if (consent != 'granted' || active || (document as PrerenderDocument).prerendering) return;
    active = true;
    const early = batches.clear();
    record({k: 'view', t: activationStart()}, pages.current());
    for (const {event, page} of early) record(event, page);
    for (const collect of collectors) safely(() => collect(recorder));
  };

  const setConsent = (given: Consent) => {
    consent = given;
    if (given == 'denied') batches.clear();
    activate();
  };

  listen(document, 'prerenderingchange', activate);
  listen(document, 'visibilitychange', () => {
    if (document.hidden) flush('hidden');
  });
  // Of the window: on the document the event never arrives.
  listen(window, 'pagehide', () => flush('exit'));
  activate();

  return clientOf({
    recorder,
    pages,
    reportError,
    flush,
    setConsent,
    sessionId: () => (mayTell() ? session!.id : undefined),
    setUser(user) {
      // From nobody to somebody is a login: what waits is theirs too. Any other change is not.
      if (who.user && who.user != user) flush('batch');
      who.user = user;
    },
    setTags(tags) {
      const before = who.tags as Record<string, unknown>;
      if (Object.keys(tags).some((key) => key in before && before[key] != tags[key])) flush('batch');
      who.tags = {...before, ...tags};
    },
    stop() {
      flush('exit');
      consent = 'denied';
      lifetime.stop();
    },
  });
}
