import {batcher} from './batcher.js';
import {clientOf, type RUMClient} from './client.js';
import {errorReporter, errors} from './collect/errors.js';
import {activationStart, navigationType, type PrerenderDocument} from './navigation-entry.js';
import type {Consent, RUMOptions} from './options.js';
import {pageViews} from './page.js';
import type {Page} from './wire.js';
import type {Collector, Recorder} from './recorder.js';
import {safely, scope, type Stop} from './scope.js';
import {sessions, type Session} from './session.js';

/**
 * Events of a kind that one page view tells; more are counted as lost. A page that throws more errors
 * is broken, and known to be; a gallery of slow images, an animation that stutters, a game of a thousand
 * clicks and a page that polls all day are each one fact.
 */
const MAX_OF_KIND: Record<string, number> = {error: 50, task: 50, click: 100, resource: 100};

/** Equal errors of one page view that are reported; more say nothing new but that it loops. */
const MAX_EQUAL = 5;

/**
 * Starts a client: errors and rejections at once, collectors as soon as the page is really shown (it may be
 * prerendered) and consent is given, the session a task later or when somebody needs it. For that the storage is
 * read, and the first look into it takes longer than everything else together: no page is to wait for it.
 */
export function start(options: RUMOptions, collectors: Collector[], onStop: Stop): RUMClient {
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
  let phase = 0; // 1: collectors run, 2: and there is a session

  const mayTell = () => {
    begin();
    return consent == 'granted' && session?.kept ? session : undefined;
  };
  const batches = batcher(settings, lifetime, mayTell);
  const {flush, lose} = batches;

  /** Makes sure that what is recorded next belongs to the session of this moment. */
  const inKeptSession = (page: Page): boolean => {
    const [current, isNew] = sessionAt(Date.now());
    if (current.id != session?.id) flush('batch');
    session = current;
    if (isNew) record({k: 'session', t: performance.now()}, page);
    return session.kept;
  };

  const record: Recorder['record'] = (event, page = pages.pageAt(event.t), same) => {
    const {k} = event;
    if (consent == 'denied' || (phase > 1 && !inKeptSession(page))) return;
    if (counted != (counted = pages.page())) counts = {};
    if (same && counts[same] >= MAX_EQUAL) return lose('duplicate_error');
    if (counts[k] >= MAX_OF_KIND[k]) return lose(k + '_cap');
    for (const key of [k, same!]) counts[key] = (counts[key] || 0) + 1;
    batches.queue(event, page);
  };

  const openPage: Recorder['openPage'] = (view, t = performance.now()) => {
    const page = pages.open(view, t);
    record({k: 'view', t, same: page.type == 'soft-navigation'}, page);
  };

  const parts = {...lifetime, ...batches, ...pages, settings, mayTell, record, openPage, hooks: {}};
  const recorder: Recorder = {...parts, reportError: errorReporter(parts)};
  errors(recorder);

  /** Finds the session, and puts it and the load in front of what was recorded before. */
  const begin = () => {
    if (phase != 1 || consent != 'granted') return;
    phase = 2;
    const {load} = pages;
    load.type = navigationType();
    const early = batches.clear();
    record({k: 'view', t: activationStart()}, load);
    if (mayTell()) early.forEach(batches.wait);
  };

  /** Opens the gate if nothing is in its way. */
  const activate = () => {
    if (consent != 'granted' || (document as PrerenderDocument).prerendering) return;
    if (!phase) for (const collect of collectors) safely(() => collect(recorder));
    phase ||= 1;
    setTimeout(begin);
  };

  const setConsent = (given: Consent) => {
    consent = given;
    if (given == 'denied') batches.forget();
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
    sessionId: () => mayTell()?.id,
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
      onStop();
    },
  });
}
