import {batcher} from './batcher.js';
import {clientOf, type RUMClient} from './client.js';
import {errorReporter, errors} from './collect/errors.js';
import {activationStart, navigationType, type PrerenderDocument} from './navigation-entry.js';
import type {Consent, RUMOptions} from './options.js';
import {pageViews} from './page.js';
import type {Page} from './wire.js';
import type {Collector, Recorder} from './recorder.js';
import {safely, scope} from './scope.js';
import {sessions, type Session} from './session.js';

/**
 * Events of a kind that one page view tells; more are counted as lost. A page that throws more errors
 * is broken, and known to be; a gallery of slow images, an animation that stutters, a game of a thousand
 * clicks and a page that polls all day are each one fact.
 */
const MAX_OF_KIND: Record<string, number> = {error: 50, task: 50, click: 100, resource: 100};

/**
 * Starts a client: errors and rejections at once, everything else as soon as the page is really
 * shown (it may be prerendered) and consent is given.
 */
export function start(options: RUMOptions, collectors: Collector[]): RUMClient {
  const endpoint = new URL(options.endpoint, location.href).href;
  // Own copies: user and tags change.
  const settings = {...options, endpoint, tags: {...options.tags} as Record<string, string>};
  const lifetime = scope();
  const {listen} = lifetime;
  const pages = pageViews(settings.keepQuery);
  const sessionAt = sessions(settings);
  let session: Session | undefined;
  let {consent = 'granted'} = options;
  let counted: Page; // the view of which counts are
  let counts: Record<string, number>;
  let active = false; // there is a session, and collectors run

  const mayTell = () => consent == 'granted' && active && session?.kept;
  const batches = batcher(settings, lifetime, () => (mayTell() ? session : undefined));
  const {flush} = batches;

  /** Makes sure that what is recorded next belongs to the session of this moment. */
  const inKeptSession = (): boolean => {
    const [current, isNew] = sessionAt(Date.now());
    if (current.id != session?.id) flush('batch');
    session = current;
    if (isNew) record({k: 'session', t: performance.now()});
    return session.kept;
  };

  const record: Recorder['record'] = (event, page) => {
    const {k} = event;
    if (consent == 'denied' || (active && !inKeptSession())) return;
    if (counted != (counted = pages.page())) counts = {};
    counts[k] = (counts[k] || 0) + 1;
    if (counts[k] > MAX_OF_KIND[k]) return batches.lose(k + '_cap');
    batches.queue(event, page || pages.pageAt(event.t));
    return true;
  };

  const openPage: Recorder['openPage'] = (view, t = performance.now()) => {
    const page = pages.open(view, t);
    record({k: 'view', t, same: page.type == 'soft-navigation'}, page);
  };

  const parts = {...lifetime, ...batches, ...pages, settings, mayTell, record, openPage, hooks: {}};
  const recorder: Recorder = {...parts, reportError: errorReporter(parts)};
  errors(recorder);

  /** Opens the gate if nothing is in its way. What was recorded before comes after the session. */
  const activate = () => {
    if (consent != 'granted' || active || (document as PrerenderDocument).prerendering) return;
    active = true;
    const load = pages.pageAt(0); // there may have been routes since
    load.type = navigationType();
    const early = batches.clear();
    record({k: 'view', t: activationStart()}, load);
    if (mayTell()) for (const {event, page} of early) batches.queue(event, page);
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
    flush,
    setConsent,
    sessionId: () => (mayTell() ? session!.id : undefined),
    setUserId(user) {
      // From nobody to somebody is a login: what waits is theirs too. Any other change is not.
      if (settings.userId && settings.userId != user) flush('batch');
      settings.userId = user!;
    },
    setTags(tags) {
      const before = settings.tags;
      if (Object.keys(tags).some((key) => before[key] && before[key] != tags[key])) flush('batch');
      settings.tags = {...before, ...tags} as Record<string, string>;
    },
    stop() {
      flush('exit');
      consent = 'denied';
      lifetime.stop();
    },
  });
}
