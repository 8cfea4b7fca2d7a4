import type {Batch, Beacon, Context, Page, Recorded, RUMEvent} from './wire.js';

/**
 * Makes the wire form of a batch. Pure: the same input gives the same beacon.
 *
 * `now` is the time of sending in ms after t0, taken anew for each attempt, because the receiver
 * corrects the browser's clock by it.
 */
export function encode(batch: Batch, now: number): Beacon {
  const pages = pagesOf(batch.recorded);
  return {
    v: 1,
    id: batch.id,
    now: Math.round(now),
    ...contextOf(batch.context),
    lost: batch.lost,
    pages,
    events: batch.recorded.map(({event, page}) => encodeEvent(event, page, pages.indexOf(page))),
  };
}

/** The pages that events happened on, each once, in the order in which events name them. */
function pagesOf(recorded: Recorded[]): Page[] {
  return [...new Set(recorded.map(({page}) => page))];
}

/** Leaves out what is empty or the default, for most batches have neither user nor tags. */
function contextOf({t0, session, user, tags, ...rest}: Context): Context {
  return {
    ...rest,
    t0: Math.round(t0),
    session: session.rate == 1 ? {id: session.id} : session,
    user: user || undefined,
    tags: tags && Object.keys(tags).length ? tags : undefined,
  };
}

function encodeEvent(event: RUMEvent, page: Page, index: number): RUMEvent & {p?: number} {
  const small: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event)) {
    if (!isDefault(key, value)) small[key] = roundField(event, key, value);
  }
  if (event.k == 'resource') small.u = withoutOrigin(event.u, page.url);
  if (event.k == 'vital' && small.d == small.v) delete small.d;
  if (index) small.p = index;
  return small as RUMEvent;
}

/** Members whose absence means the same to the receiver: sizes of 0, a source of 'error'. */
function isDefault(key: string, value: unknown): boolean {
  return value === undefined || (key == 'src' && value == 'error') || (/^(same|[ted]s|st|l|c)$/.test(key) && !value);
}

/**
 * Rounds times to 1 ms, durations to 0.1 ms and scores to 0.0001: browsers tell no more, and
 * 812.4000000059605 costs eleven bytes too many. What the application measured stays as it is.
 */
function roundField(event: RUMEvent, key: string, value: unknown): unknown {
  if (key == 'ph') return Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, round(v, 10)]));
  if (key == 't') return Math.round(value as number);
  if (event.k == 'vital' && event.n == 'CLS' && (key == 'v' || key == 'd')) return round(value as number, 1e4);
  if (event.k != 'measure' && event.k != 'budget' && /^(v|d|bd)$/.test(key)) return round(value as number, 10);
  return value;
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

/** A resource of the page's own origin is sent as a path: most resources are. */
function withoutOrigin(url: string, pageURL: string): string {
  const origin = /^\w+:\/\/[^/]+(?=\/)/.exec(pageURL)?.[0];
  return origin && url.startsWith(origin + '/') ? url.slice(origin.length) : url;
}
