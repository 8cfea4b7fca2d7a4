import {automatic} from './automatic.js';
import {install, type Installed} from './install.js';

declare global {
  // What /rum.js leaves on the page.
  var RUM: Installed;
}

// What only /rum.js?full reads.
install(automatic(), /^(debug|budgets|softNavigations|traceOrigins|consoleErrors|cspViolations)$/);
