import {batcher} from './batcher.js';
import {clientOf, type RUMClient} from './client.js';
import {errorReporter, errors} from './collect/errors.js';
import {listen, safely, stopAll} from './listen.js';
import {activationStart, type PrerenderDocument} from './navigation-entry.js';
import {withDefaults, type Consent, type RUMOptions} from './options.js';
import {pageViews} from './page.js';
import type {Collector, Recorder} from './recorder.js';
import {sessions} from './session.js';
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
  const debug = settings.debug ? (...what: unknown[]) => console.debug('[rum]', ...what) : () => {};
  const batches = batcher(settings, debug);
  const {identity} = batches;
  const pages = pageViews(settings.keepQuery);
  let consent: Consent = settings.consent;
  let active = false; // there is a session, and collectors run

  const sessionAt = sessions(openSlot(STORAGE_KEY), settings, () => record({k: 'session', t: performance.now()}));

  /** Makes sure that what is recorded next belongs to the session of this moment. */
  const inKeptSession = (): boolean => {
    const session = sessionAt(Date.now());
    if (session.id != identity.session?.id) {
      batches.flush('batch');
      identity.session = session;
    }
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

  const isOwn = (url: string) => url.split('?')[0] == endpoint.split('?')[0];
  const {lose, onFlush} = batches;
  const recorder: Recorder = {settings, page: pages.current, href: pages.href, record, openPage, lose, onFlush, isOwn};
  const reportError = errorReporter(recorder);
  const stops = [errors(reportError)];

  /** Opens the gate if nothing is in its way. What was recorded before comes after the session. */
  const activate = () => {
    if (consent != 'granted' || (document as PrerenderDocument).prerendering) return;
    batches.setOpen(true);
    if (active) return;
    active = true;
    const early = batches.take();
    record({k: 'view', t: activationStart()}, pages.current());
    for (const {event, page} of early) record(event, page);
    for (const collect of collectors) stops.push(safely(() => collect(recorder)) || (() => {}));
  };

  const setConsent = (given: Consent) => {
    consent = given;
    if (given == 'granted') return activate();
    batches.setOpen(false);
    if (given == 'denied') batches.take();
  };

  stops.push(
    listen(document, 'prerenderingchange', activate),
    listen(document, 'visibilitychange', () => {
      if (document.visibilityState == 'hidden') batches.flush('hidden');
    }),
    // Of the window: on the document the event never arrives.
    listen(window, 'pagehide', () => batches.flush('exit')),
    batches.stop,
    () => setConsent('denied'),
  );
  activate();
  return clientOf({recorder, identity, pages, reportError, flush: batches.flush, setConsent, stop: stopAll(stops)});
}
