import {automatic} from './automatic.js';
import {apiOf, install, type Installed} from './install.js';

declare global {
  // What /rum.js leaves on the page.
  var RUM: Installed;
}

// What only /rum.js?full reads.
install(apiOf(automatic(), /^(debug|budgets|soft|trace|console|csp)/));
