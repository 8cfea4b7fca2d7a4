import {clicks} from './collect/clicks.js';
import {errorDetails} from './collect/error-details.js';
import {longFrames} from './collect/long-frames.js';
import {navigation} from './collect/navigation.js';
import {requests} from './collect/requests.js';
import {resources} from './collect/resources.js';
import {routes} from './collect/routes.js';
import {serverTrace} from './collect/server-trace.js';
import {surroundings} from './collect/surroundings.js';
import {titles} from './collect/titles.js';
import {vitals} from './collect/vitals.js';
import type {Collector} from './recorder.js';

/**
 * The collectors that are on by default, by the names of the options that turn them off: all of /rum.js. A function, so
 * that bundlers can drop it.
 */
export const automatic = (): Record<string, Collector> => ({
  // Without a name what nobody turns off.
  ...([surroundings, serverTrace, errorDetails, titles] as object),
  ...{vitals, navigation, routes, resources, requests, longFrames, clicks},
});
