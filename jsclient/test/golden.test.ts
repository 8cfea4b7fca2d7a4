// @vitest-environment node
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import {expect, test} from 'vitest';
import {cleanEvent} from '../src/clean.js';
import {CAUSE_NAMES, encode, encodeSurroundings, NAMES, RESOURCE_NAMES, SCRIPT_NAMES} from '../src/encode.js';
import type {Batch, Connection, Page, RUMEvent} from '../src/events.js';

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
  session: Batch['_session'];
  identity: Batch['_identity'];
  surroundings: {language: string; connection?: Connection};
  state: Batch['_state'];
  lost?: Batch['_lost'];
  keepQuery?: string[];
  pages: Record<string, Page>;
  events: (RUMEvent & {page: string})[];
};

function encodeCase({id, now, t0, session, identity, surroundings, state, lost, keepQuery, pages, events}: Case): unknown {
  const recorded = events.map(({page, ...event}) => ({event: cleanEvent(event as RUMEvent, keepQuery)!, page: pages[page]}));
  const about = {_timeOrigin: t0, _session: session, _identity: identity, _surroundings: encodeSurroundings(surroundings.language, surroundings.connection), _names: NAMES + CAUSE_NAMES + SCRIPT_NAMES + RESOURCE_NAMES};
  const beacon = encode({id, ...about, _state: state, _lost: lost, _recorded: recorded}, now);
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
