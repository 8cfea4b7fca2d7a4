import {clicks} from './collect/clicks.js';
import {longFrames} from './collect/long-frames.js';
import {navigation} from './collect/navigation.js';
import {requests} from './collect/requests.js';
import {resources} from './collect/resources.js';
import {routes} from './collect/routes.js';
import {titles} from './collect/titles.js';
import {vitalElements} from './collect/vitals.js';
import type {Parts} from './part.js';
import {beforeSend} from './parts/before-send.js';
import {hash} from './parts/hash.js';
import {ignoreErrors} from './parts/ignore-errors.js';
import {respectGPC} from './parts/respect-gpc.js';
import type {Collector} from './recorder.js';

/**
 * The collectors of /rum.js, by the names of the options that turn them off: what happened, and on which element. A function, so
 * that bundlers can drop it.
 */
export const automatic = (): Record<string, Collector | Partial<Parts>> => ({
  // Without a name what nobody turns off.
  ...([titles, {beforeSend, ignoreErrors, hash, respectGPC}] as object),
  ...{vitals: vitalElements, navigation, routes, resources, requests, longFrames, clicks},
});
