import {ofDocument} from './dom.js';
import type {Consent} from './options.js';
import {inTask, type Scope, type Stop} from './scope.js';

/**
 * Conditions before anything is reported: a page that is really shown (it may be prerendered) and consent. Then
 * `collect` is called, and `begin` a task later or when somebody needs the session. For that the storage is read, and the
 * first look into it takes longer than everything else together: no page is to wait for it.
 */
export function gate({listen}: Pick<Scope, 'listen'>, consent: Consent = 'granted', collect: Stop, begin: Stop) {
  let opened = false;
  const way = {
    _consent: consent,
    _begun: false,
    _enter() {
      if (!opened || way._begun || way._consent != 'granted') return;
      way._begun = true;
      begin();
    },
    _activate() {
      if (way._consent != 'granted' || ofDocument('prerendering' as 'hidden')) return;
      if (!opened) collect();
      opened = true;
      inTask(way._enter);
    },
  };
  listen(window, 'prerenderingchange', way._activate);
  return way;
}
