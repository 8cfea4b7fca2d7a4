import {cleanAttributes, cleanText} from './clean.js';
import type {Context} from './wire.js';

declare const __VERSION__: string;

/** Who a batch is about, before it is written down. */
export type Identity = {
  app?: string;
  version?: string;
  environment?: string;
  userId?: string | null;
  tags?: Record<string, string | null>;
};

/** What all events of a batch share. What is empty or the default is left out. */
export function contextOf(
  {app, version, environment, userId, tags = {}}: Identity,
  {id, rate}: {id: string; rate: number},
  t0: number,
): Context {
  return {
    t0: Math.round(t0),
    sdk: '@otelcol-rum/browser/' + __VERSION__,
    app: {name: app, version, env: environment},
    session: {id, rate: rate < 1 ? rate : undefined},
    user: userId ? cleanText(userId) : undefined,
    tags: cleanAttributes(tags, 'texts') as Record<string, string>,
  };
}
