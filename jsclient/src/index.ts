import type {RUMClient} from './api.js';
import {everything} from './on-demand.js';
import type {RUMOptions} from './options.js';
import {initNamed} from './settings.js';

/** Starts the one client with every collector that no option turns off, and returns it. On a server it does nothing. */
export function initRUM(options: RUMOptions): RUMClient {
  return initNamed(everything(), options);
}

export {checkPerformanceBudget, DEFAULT_BUDGETS} from './budget.js';
export {methods} from './methods.js';
export {getRUM, initRUMWith} from './rum.js';
export {budgets} from './collect/budgets.js';
export {clicks} from './collect/clicks.js';
export {consoleErrors} from './collect/console-errors.js';
export {crashGuard} from './collect/crash-guard.js';
export {cspViolations} from './collect/csp.js';
export {debugLog} from './collect/debug-log.js';
export {errorDetails} from './collect/error-details.js';
export {frustration} from './collect/frustration.js';
export {longFrames} from './collect/long-frames.js';
export {navigation} from './collect/navigation.js';
export {offlineLoss} from './collect/offline-loss.js';
export {requests} from './collect/requests.js';
export {resources} from './collect/resources.js';
export {restores} from './collect/restores.js';
export {routes} from './collect/routes.js';
export {serverTrace} from './collect/server-trace.js';
export {softNavigations} from './collect/soft-navigations.js';
export {surroundings} from './collect/surroundings.js';
export {titles} from './collect/titles.js';
export {traces} from './collect/trace.js';
export {beforeSend} from './parts/before-send.js';
export {hash} from './parts/hash.js';
export {ignoreErrors} from './parts/ignore-errors.js';
export {respectGPC} from './parts/respect-gpc.js';
export {plainVitals, vitalElements, vitals} from './collect/vitals.js';
export type {RUMClient, RUMCore} from './api.js';
export type {Consent, RUMOptions} from './options.js';
export type {NewPage} from './page.js';
export type {Parts} from './part.js';
export type {Collector, FlushReason, Recorder} from './recorder.js';
export type * from './events.js';
