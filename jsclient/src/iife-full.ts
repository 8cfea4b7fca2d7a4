import {checkPerformanceBudget, DEFAULT_BUDGETS} from './budget.js';
import {apiOf, install, type Installed} from './install.js';
import {everything} from './on-demand.js';

declare global {
  // What /rum.js?full leaves on the page.
  var RUM: Installed;
}

install({...apiOf(everything()), checkPerformanceBudget, DEFAULT_BUDGETS});
