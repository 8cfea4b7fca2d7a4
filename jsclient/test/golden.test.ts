// @vitest-environment node
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import {afterEach, expect, test, vi} from 'vitest';
import {cleanEvent} from '../src/clean.js';
import {BUDGET_NAMES, CAUSE_NAMES, encode, encodeSurroundings, INP_NAMES, NAMES, NAVIGATION_NAMES, RESOURCE_NAMES, SCRIPT_NAMES} from '../src/encode.js';
import {flatten} from '../src/flatten.js';
import type {Connection, Identity, Lost, Page, PageState, RUMEvent} from '../src/events.js';
import {serialise} from '../src/serialise.js';

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
  session: {id: string; rate: number};
  identity: Identity;
  surroundings: {language: string; connection?: Connection};
  state: PageState;
  lost?: Lost;
  keepQuery?: string[];
  pages: Record<string, Page>;
  events: (RUMEvent & {page: string})[];
};

function encodeCase({id, now, t0, session, identity, surroundings, state, lost, keepQuery, pages, events}: Case): unknown {
  // Attributes as an application gives them to the client's methods.
  const attributesOf = ({attributes}: RUMEvent) => attributes && {attributes: flatten(attributes)};
  const recorded = events.map(({page, ...event}) => ({event: cleanEvent({...event, ...attributesOf(event as RUMEvent)} as RUMEvent, keepQuery)!, page: pages[page]}));
  vi.stubGlobal('performance', {timeOrigin: t0, now: () => now});
  const about = {_surroundings: encodeSurroundings(surroundings.language, surroundings.connection), _names: NAMES + NAVIGATION_NAMES + CAUSE_NAMES + INP_NAMES + SCRIPT_NAMES + RESOURCE_NAMES + BUDGET_NAMES};
  const {v, ...made} = JSON.parse(serialise(encode(recorded, {id, session, lost, state, over: []}, identity, about)));
  return {v, id, now: made.now, ...made};
}

afterEach(() => vi.unstubAllGlobals());

test('there are goldens', () => expect(cases.length).toBeGreaterThan(7));

test.each(cases)('%s: events become the beacon that the receiver is tested with', (name) => {
  const made = encodeCase(JSON.parse(readFileSync(join(root, name, 'events.json'), 'utf8')));
  isBeacon(made);
  expect(isBeacon.errors).toBeNull();
  const file = join(root, name, 'beacon.json');
  if (process.env.GOLDEN == 'rewrite') writeFileSync(file, JSON.stringify(made, null, 2) + '\n');
  expect(made).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
