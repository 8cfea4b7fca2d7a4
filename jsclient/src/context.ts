import {cleanAttributes, cleanText} from './clean.js';
import type {Connection, Context} from './wire.js';

declare const __VERSION__: string;

/** Who a batch is about, before it is written down. */
export type Identity = {
  app?: string;
  version?: string;
  environment?: string;
  session: {id: string; rate: number};
  user?: string | null;
  tags: Record<string, string | null>;
};

/** What the browser says of itself. */
export type Surroundings = {t0: number; sdk: string; conn?: Connection; lang?: string};

/** What all events of a batch share. What is empty or the default is left out. */
export function contextOf({app, version, environment, session, user, tags}: Identity, browser: Surroundings): Context {
  const {id, rate} = session;
  return {
    ...browser,
    app: {name: app, version, env: environment},
    session: {id, rate: rate < 1 ? rate : undefined},
    user: user ? cleanText(user, 200) : undefined,
    tags: cleanAttributes(texts(tags)) as Record<string, string>,
  };
}

/** https://wicg.github.io/netinfo/ — Chromium only. */
type NetworkInformation = {
  type?: string;
  effectiveType?: string;
  rtt?: number;
  downlink?: number;
  saveData?: boolean;
};

/** Reads what the browser tells now. */
export function surroundings(): Surroundings {
  const info = (navigator as {connection?: NetworkInformation}).connection;
  return {
    t0: Math.round(performance.timeOrigin),
    sdk: '@otelcol-rum/browser/' + __VERSION__,
    conn: info && {
      type: info.type,
      eff: info.effectiveType,
      rtt: info.rtt,
      down: info.downlink,
      save: info.saveData || undefined,
    },
    lang: navigator.language,
  };
}

/** Tags are texts, whatever the page gave; null takes one away. */
function texts(tags: Identity['tags']): object {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, value == null ? value : String(value)]));
}
