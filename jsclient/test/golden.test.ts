// @vitest-environment node
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import {expect, test} from 'vitest';
import {cleanEvent} from '../src/clean.js';
import {encode} from '../src/encode.js';
import {contextOf, type Identity} from '../src/context.js';
import type {Context, Lost, Page, RUMEvent} from '../src/wire.js';

// The folders that the Go tests read too: they prove beacon.json → OTLP, this proves
// events.json → beacon.json. GOLDEN=rewrite writes what the encoder makes now.
const root = join(import.meta.dirname, '../../testdata/beacon');
const cases = readdirSync(root).filter((name) => existsSync(join(root, name, 'events.json')));
const schema = JSON.parse(readFileSync(join(root, 'beacon.schema.json'), 'utf8'));
const isBeacon = new Ajv({strict: false, allErrors: true}).compile(schema);

type Case = {
  id: string;
  now: number;
  t0: number;
  shared: Partial<Context>;
  identity: Identity;
  session: {id: string; rate: number};
  lost?: Lost;
  keepQuery?: string[];
  pages: Record<string, Page>;
  events: (RUMEvent & {page: string})[];
};

function encodeCase(input: Case): unknown {
  const recorded = input.events.map(({page, ...event}) => ({
    event: cleanEvent(event as RUMEvent, input.keepQuery)!,
    page: input.pages[page],
  }));
  const {id, lost, now} = input;
  const beacon = encode({id, context: {...contextOf(input.identity, input.session, input.t0), ...input.shared}, lost, recorded}, now);
  return JSON.parse(JSON.stringify(beacon));
}

test('there are goldens', () => expect(cases.length).toBeGreaterThan(7));

test.each(cases)('%s: events become the beacon that the receiver is tested with', (name) => {
  const made = encodeCase(JSON.parse(readFileSync(join(root, name, 'events.json'), 'utf8')));
  isBeacon(made);
  expect(isBeacon.errors).toBeNull();
  const file = join(root, name, 'beacon.json');
  if (process.env.GOLDEN == 'rewrite') writeFileSync(file, JSON.stringify(made, null, 2) + '\n');
  expect(made).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
