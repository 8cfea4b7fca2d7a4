import {automatic} from './automatic.js';
import {budgets} from './collect/budgets.js';
import {consoleErrors} from './collect/console-errors.js';
import {crashGuard} from './collect/crash-guard.js';
import {cspViolations} from './collect/csp.js';
import {debugLog} from './collect/debug-log.js';
import {frustration} from './collect/frustration.js';
import {offlineLoss} from './collect/offline-loss.js';
import {softNavigations} from './collect/soft-navigations.js';
import {traces} from './collect/trace.js';

/**
 * Also what an option asks for, or what most pages can do without: in packages, and in /rum.js?full. It comes after the
 * others, to which it adds; but the log of all before them.
 */
export const everything = () => ({
  debug: debugLog,
  ...automatic(),
  ...{frustration, crashGuard, offlineLoss, budgets, softNavigations, traces, consoleErrors, cspViolations},
});
