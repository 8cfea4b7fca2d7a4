import type {Methods, RUMCore} from './api.js';
import {cleanAttributes} from './clean.js';
import type {Attributes} from './events.js';
import {flatten} from './flatten.js';
import type {ErrorKnown, Recorder} from './recorder.js';

/** Of the client that initRUM gives. For initRUMWith they are its third argument: who leaves them out does not pay for them. */
export function methods({settings, record, reportError, openPage, page, view: open}: Recorder, client: RUMCore & Methods): Methods {
  const now = () => performance.now();

  return {
    setTags(tags) {
      const before = settings.tags || {};
      if (Object.keys(tags).some((key) => before[key] && before[key] != tags[key])) client.flush();
      settings.tags = {...before, ...tags} as Record<string, string>;
    },
    recordError(error, metadata) {
      const known: Partial<ErrorKnown> = {source: 'manual'};
      // What has no stack of its own has that of the call, without our part of it where the browser can leave it out.
      if (Object(error) !== error) {
        const here = new Error();
        (Error as {captureStackTrace?: (of: object, above: unknown) => void}).captureStackTrace?.(here, client.recordError);
        known.stack = here.stack;
      }
      reportError(error, known, flatten(metadata));
    },
    recordCustomMetric(name, value, metadata) {
      const {unit, ...attributes} = flatten(metadata) as Attributes;
      record({kind: 'measure', time: now(), name, value: Number(value), unit: unit as string, attributes});
    },
    recordEvent(name, attributes) {
      client.recordCustomMetric(name, 1, {unit: '{event}', ...attributes});
    },
    recordInteraction(name, durationMs, metadata) {
      const value = Number(durationMs);
      record({kind: 'action', time: now() - value, name, value, attributes: flatten(metadata) as Attributes});
    },
    startInteraction(name) {
      const start = now();
      return (metadata) => client.recordInteraction(name, now() - start, metadata);
    },
    recordPageView(view = {}) {
      if (view.url || open().href != location.href) openPage(view);
      else Object.assign(page(), cleanAttributes(view, 'texts'));
    },
  };
}
