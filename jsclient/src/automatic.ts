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
 * What is collected without being asked for, by the names of the options that turn it off: all of /rum.js. Made only when
 * asked for, so that bundlers can drop it.
 */
export const automatic = (): Record<string, Collector> => ({
  // Without a name what nobody turns off.
  ...([surroundings, serverTrace, errorDetails, titles] as object),
  ...{vitals, navigation, routes, resources, requests, longFrames, clicks},
});
