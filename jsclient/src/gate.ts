import {ofDocument} from './dom.js';
import type {Consent} from './options.js';
import type {Scope, Stop} from './scope.js';

/**
 * Conditions before anything is reported: a page that is really shown (it may be prerendered) and consent. Then
 * `collect` is called, and `begin` a task later or when somebody needs the session. For that the storage is read, and the
 * first look into it takes longer than everything else together: no page is to wait for it.
 */
export function gate({listen}: Pick<Scope, 'listen'>, consent: Consent = 'granted', collect: Stop, begin: Stop) {
  let opened = false;
  let begun = false;

  const enter = () => {
    if (!opened || begun || consent != 'granted') return;
    begun = true;
    begin();
  };
  const activate = () => {
    if (consent != 'granted' || ofDocument('prerendering' as 'hidden')) return;
    if (!opened) collect();
    opened = true;
    setTimeout(enter);
  };
  listen(document, 'prerenderingchange', activate);

  return {
    _activate: activate,
    _enter: enter,
    _consent: () => consent,
    _begun: () => begun,
    _setConsent(given: Consent) {
      consent = given;
      activate();
    },
  };
}
