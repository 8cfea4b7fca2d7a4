import {clicks} from './collect/clicks.js';
import {longFrames} from './collect/long-frames.js';
import {navigation} from './collect/navigation.js';
import {requests} from './collect/requests.js';
import {resources} from './collect/resources.js';
import {routes} from './collect/routes.js';
import {titles} from './collect/titles.js';
import {vitalElements} from './collect/vitals.js';
import type {Collector} from './recorder.js';

/**
 * The collectors of /rum.js, by the names of the options that turn them off: what happened, and on which element. A function, so
 * that bundlers can drop it.
 */
export const automatic = (): Record<string, Collector> => ({
  // Without a name what nobody turns off.
  ...([titles] as object),
  ...{vitals: vitalElements, navigation, routes, resources, requests, longFrames, clicks},
});
