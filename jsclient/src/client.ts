import type {Methods, RUMClient} from './api.js';
import type {Recorder} from './recorder.js';
import {safely} from './scope.js';
import type {Started} from './start.js';

export type MethodsOf = (recorder: Recorder, client: RUMClient) => Partial<Methods>;

/**
 * The public API of a client. Of one that was not started (on a server, at sampleRate 0, or with an invalid endpoint) all
 * methods do nothing, for what they call is not there.
 */
export function clientOf(methodsOf?: MethodsOf, started = {} as Started): RUMClient {
  const {settings, _way: way} = started;
  const client = {
    flush: () => started._flush('batch'),
    setConsent(given) {
      if (given == 'denied') started._forget();
      way._consent = given;
      way._activate();
    },
    sessionId: () => started._mayTell()?.id,
    setUserId(user) {
      // From nobody to somebody is a login: what waits is theirs too. Any other change is not.
      if (settings.userId && user != settings.userId) client.flush();
      settings.userId = user!;
    },
    stop() {
      started._flush('exit');
      way._consent = 'denied';
      Object.freeze(way); // for good
      started._stop();
    },
  } as RUMClient;
  Object.assign(client, methodsOf?.(started, client));
  // No mistake of a caller, and no bug here, may break the page.
  for (const [name, method] of Object.entries<(...args: never[]) => unknown>(client)) {
    client[name as 'flush'] = (...args: never[]) => safely(() => method(...args)) as void;
  }
  return client;
}
