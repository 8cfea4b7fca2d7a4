import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import * as exported from '../src/index.js';
import {startClient, useHarness} from './harness.js';

useHarness();

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

test('the README has every call of the client, and no other', () => {
  const section = /\n## The client\n([^]*?)\n## /.exec(readme)![1];
  const rows = [...section.matchAll(/^\| (`.*?) \| /gm)].map(([, calls]) => calls).join();
  const calls = [...rows.matchAll(/`(\w+)\(/g)].map(([, call]) => call);
  const client = startClient() as unknown as Record<string, unknown>;
  expect(calls.toSorted()).toEqual(Object.keys(client).filter((name) => typeof client[name] == 'function').sort());
  for (const [, name] of section.matchAll(/^`(\w+)\(.* function of the package/gm)) expect(exported).toHaveProperty(name);
});
