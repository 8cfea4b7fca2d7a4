import {automatic} from './automatic.js';
import {beforeSendCheck} from './collect/before-send-check.js';
import {budgets} from './collect/budgets.js';
import {consoleErrors} from './collect/console-errors.js';
import {crashGuard} from './collect/crash-guard.js';
import {cspViolations} from './collect/csp.js';
import {debugLog} from './collect/debug-log.js';
import {errorDetails} from './collect/error-details.js';
import {frustration} from './collect/frustration.js';
import {offlineLoss} from './collect/offline-loss.js';
import {serverTrace} from './collect/server-trace.js';
import {softNavigations} from './collect/soft-navigations.js';
import {surroundings} from './collect/surroundings.js';
import {traces} from './collect/trace.js';
import {vitals} from './collect/vitals.js';

/** Also why and under what conditions: what INP waited for, causes of errors, connection and language, the server's trace. */
export const detailed = () => ({...automatic(), vitals, surroundings, serverTrace, errorDetails});

/**
 * Also what an option asks for, or what most pages can do without: in packages, and in /rum.js?full. It comes after the
 * others, to which it adds; but the log of all before them, and soft navigations before the vitals that they divide.
 */
export const everything = () => ({
  debug: debugLog,
  beforeSendCheck,
  softNavigations,
  ...detailed(),
  ...{frustration, crashGuard, offlineLoss, budgets, traces, consoleErrors, cspViolations},
});
