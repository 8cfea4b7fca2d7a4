// @vitest-environment node
import {expect} from 'vitest';
import {load} from './dom.js';
import {describeMistake} from './mistake.js';

describeMistake(
  'a window taken for granted: an import or an init on a server breaks the rendering',
  {
    'a window at import': [['rum.ts', '= globalThis as object', '= window as object']],
    'a document at init': [['rum.ts', "typeof document == 'undefined' || ", '']],
    'a navigator at init': [['index.ts', 'return initRUMWith(', '(window.navigator as any).globalPrivacyControl;\n  return initRUMWith(']],
  },
  async (edits) => () => load(edits),
  async (importClient) => {
    // Node has a console that would report a client that cannot start.
    const warn = console.warn;
    const warnings: unknown[] = [];
    console.warn = (...what) => warnings.push(what);
    const result = await importClient()
      .then((client) => {
        const rum = client.initRUM({endpoint: '/v1/rum', respectGPC: true});
        rum.recordError(new Error('x'));
        rum.flush();
        return client.getRUM();
      })
      .catch((error: Error) => error.message)
      .finally(() => (console.warn = warn));
    expect([result, warnings]).toEqual([null, []]);
  },
);
