import {budgets} from './collect/budgets.js';
import {clicks} from './collect/clicks.js';
import {consoleErrors} from './collect/console-errors.js';
import {crashGuard} from './collect/crash-guard.js';
import {cspViolations} from './collect/csp.js';
import {debugLog} from './collect/debug-log.js';
import {errorDetails} from './collect/error-details.js';
import {longFrames} from './collect/long-frames.js';
import {navigation} from './collect/navigation.js';
import {requests} from './collect/requests.js';
import {resources} from './collect/resources.js';
import {routes} from './collect/routes.js';
import {serverTrace} from './collect/server-trace.js';
import {softNavigations} from './collect/soft-navigations.js';
import {surroundings} from './collect/surroundings.js';
import {titles} from './collect/titles.js';
import {plainVitals, vitals} from './collect/vitals.js';
import type {RUMClient} from './client.js';
import type {RUMOptions} from './options.js';
import {initRUMWith} from './rum.js';

/** Every collector of initRUM. */
const automatic = [
  ...[debugLog, surroundings, serverTrace, errorDetails, titles, budgets, crashGuard],
  ...[vitals, softNavigations, navigation, routes, resources, requests, longFrames, clicks, consoleErrors, cspViolations],
];

/** Starts the one client with everything automatic, and returns it. On a server it does nothing. */
export function initRUM(options: RUMOptions): RUMClient {
  const denied = options.respectGPC && (globalThis.navigator as {globalPrivacyControl?: boolean} | undefined)?.globalPrivacyControl;
  return initRUMWith(automatic, denied ? {...options, consent: 'denied'} : options);
}

export {checkPerformanceBudget, DEFAULT_BUDGETS} from './budget.js';
export {getRUM, initRUMWith} from './rum.js';
export {budgets, clicks, consoleErrors, crashGuard, cspViolations, debugLog, errorDetails, longFrames};
export {navigation, plainVitals, requests, resources, routes, serverTrace, softNavigations, surroundings, titles, vitals};
export type {RUMClient} from './client.js';
export type {Consent, RUMOptions} from './options.js';
export type {NewPage} from './page.js';
export type {Collector, FlushReason, Recorder} from './recorder.js';
export type * from './wire.js';
