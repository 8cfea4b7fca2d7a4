/**
 * The batch as it goes over the wire. The contract is testdata/beacon/beacon.schema.json at the root of the repository; its
 * names are short because they are sent a million times, and no other file knows them.
 */
import {cleanAttributes, cleanText} from './clean.js';
import type {Attributes, Batch, Connection, Page, Surroundings} from './events.js';
import {safely} from './scope.js';

declare const __VERSION__: string;

/**
 * What the wire calls members of events, by their names. Each collector adds those of what it records to the recorder's: who
 * leaves it out does not pay for its words.
 */
export const NAMES = `
  kind=k time=t name=n value=v delta=d attributes=a navigationType=nt selector=sel url=u message=m stack=s source=src filename=f
  lineno=l colno=c sameDocument=same times=pt unit=u limit=b
`;

export const SCRIPT_NAMES = `
  functionName=n charPosition=cp invoker=m invokerType=it duration=d forcedLayout=fl blockingDuration=bd
`;

export const CAUSE_NAMES = `
  firstByte=fb requestStart=rs responseEnd=re largestShift=sv largestShiftTime=sa eventType=it processingStart=ps processingEnd=pe
  script=sc
`;

export const RESOURCE_NAMES = `
  initiatorType=it transferSize=ts encodedBodySize=es decodedBodySize=ds status=st method=m failure=n
`;

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
  pages: (Omit<Page, 'referrer'> & {ref?: string; state: string})[];
  events: WireEvent[];
};

const short = (named: object, names: Record<string, string>): object =>
  Object.fromEntries(
    Object.entries(named).map(([name, value]) => [names[name] || name, name == 'script' ? short(value as object, names) : value]),
  );

/** What each batch says of the browser. Apart, because only a collector needs it. */
export const encodeSurroundings = (language: string, connection?: Connection): Surroundings => {
  const {type, effectiveType: eff, rtt, downlink: down, saveData: save} = connection || {};
  // Hardly anybody saves data.
  return {lang: language, conn: connection && {type, eff, rtt, down, save: save || undefined}};
};

/**
 * Makes the wire form of a batch of clean events. Pure: the same input gives the same beacon. What is empty or the
 * default is left out.
 *
 * `now` is the time of sending in ms after t0, taken anew for each attempt, because the receiver
 * corrects the browser's clock by it.
 */
export function encode(
  {id, _timeOrigin: timeOrigin, _session: session, _identity: identity, _surroundings: surroundings, _names: words, _lost: lost, _recorded: recorded, _state: state, _over: over = []}: Batch,
  now: number,
): Beacon {
  const {app, version, environment, userId, tags = {}} = identity;
  const pages = [...new Set([...recorded.map(({page}) => page), ...over])];
  const {rate} = session;
  const names = Object.fromEntries(words.split(/\s+/).map((pair) => pair.split('=')));
  return {
    v: 1,
    id,
    now: Math.round(now),
    t0: Math.round(timeOrigin),
    sdk: '@otelcol-rum/browser/' + __VERSION__,
    app: cleanAttributes({name: app, version, env: environment}, 'texts'),
    session: {id: session.id, rate: rate < 1 ? rate : undefined},
    user: userId ? safely(() => cleanText(userId)) : undefined,
    tags: cleanAttributes(tags, 'texts') as Beacon['tags'],
    ...surroundings,
    lost,
    pages: pages.map(({referrer, ...page}) => ({...page, ref: referrer, state})),
    events: recorded.map(({event, page}) => ({...(short(event, names) as WireEvent), p: pages.indexOf(page) || undefined})),
  };
}
