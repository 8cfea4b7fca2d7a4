/**
 * The batch as it goes over the wire. The contract is testdata/beacon/beacon.schema.json at the root of the repository; its
 * names are short because they are sent a million times, and no other file knows them.
 */
import {cleanAttributes} from './clean.js';
import type {Attributes, Connection, Identity, Lost, Page, PageState, Recorded, Surroundings} from './events.js';

declare const __VERSION__: string;

/**
 * What the wire calls members of events, by their names: by their first letter, if nothing else is said. Each collector adds those of what it records to the recorder's: who
 * leaves it out does not pay for its words.
 */
export const NAMES =
  'kind time name value delta attributes url message stack filename lineno colno unit navigationType=nt selector=sel source=src sameDocument=same ';

export const NAVIGATION_NAMES = 'times=pt ';

export const BUDGET_NAMES = 'limit=b ';

export const SCRIPT_NAMES = 'functionName=n charPosition=cp invoker=m invokerType=it duration forcedLayout=fl blockingDuration=bd ';

export const CAUSE_NAMES = 'firstByte=fb requestStart=rs responseEnd=re largestShift=sv largestShiftTime=sa eventType=it ';

export const INP_NAMES = 'processingStart=ps processingEnd=pe script=sc ';

export const RESOURCE_NAMES = 'initiatorType=it transferSize=ts encodedBodySize=es decodedBodySize=ds status=st method failure=n ';

/** An event as it goes over the wire. */
export type WireEvent = {k: string; t: number; p?: number; [name: string]: unknown};

/** What goes over the wire. */
export type Beacon = {
  v: 1;
  id: string;
  now: number;
  t0: number;
  sdk: string;
  app?: Attributes;
  session: {id: string; rate?: number};
  user?: string;
  tags?: Record<string, string>;
  conn?: object;
  lang?: string;
  lost?: Record<string, number>;
  pages: (Omit<Page, 'referrer'> & {ref?: string; state: PageState})[];
  events: WireEvent[];
};

/** What one POST holds, but for the time of the attempt to send it: the receiver corrects the browser's clock by that. */
export type Batch = Omit<Beacon, 'now'>;

const short = (named: object, names: Record<string, string>): object =>
  Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name in names ? names[name] || name[0] : name, name == 'script' ? short(value as object, names) : value]),
  );

/** What each batch says of the browser. Apart, because only a collector needs it. */
export const encodeSurroundings = (language: string, connection?: Connection): Surroundings => {
  const {type, effectiveType: eff, rtt, downlink: down, saveData: save} = connection || {};
  // Hardly anybody saves data.
  return {lang: language, conn: connection && {type, eff, rtt, down, save: save || undefined}};
};

/** What collectors add to every batch. */
export type Additions = {
  /** What it says of the browser. */
  _surroundings?: Surroundings;
  /** What the wire calls members of events; see NAMES. */
  _names: string;
};

/** What a batch is made of, beside what was recorded. */
type Content = {
  id: string;
  session: {id: string; rate: number};
  lost?: Lost;
  state: PageState;
  /** Pages that had vitals in batches before and are over now. */
  over: Iterable<Page>;
};

/**
 * Makes the wire form of clean events. What is empty or the default is left out, and the pages have the form in which they are
 * now: a route that a router gives them later is for the next batch.
 */
export function encode(
  recorded: readonly Recorded[],
  {session: {id: sessionId, rate}, state, over, ...content}: Content,
  {app: name, version, environment: env, userId, tags = {}}: Identity,
  {_surroundings: surroundings, _names: words}: Additions,
): Batch {
  const pages = [...new Set([...recorded.map(({page}) => page), ...over])];
  const names = Object.fromEntries(words.split(' ').map((pair) => pair.split('=')));
  return {
    v: 1,
    ...content,
    t0: Math.round(performance.timeOrigin),
    sdk: '@otelcol-rum/browser/' + __VERSION__,
    app: cleanAttributes({name, version, env}, 'texts'),
    session: {id: sessionId, rate: rate < 1 ? rate : undefined},
    ...cleanAttributes({user: userId || undefined}, 'texts'),
    tags: cleanAttributes(tags, 'texts') as Beacon['tags'],
    ...surroundings,
    pages: pages.map(({referrer, ...page}) => ({...page, ref: referrer, state})),
    events: recorded.map(({event, page}) => ({...(short(event, names) as WireEvent), p: pages.indexOf(page) || undefined})),
  };
}
