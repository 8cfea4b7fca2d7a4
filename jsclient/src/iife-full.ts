import {install, type Installed} from './install.js';
import {everything} from './on-demand.js';

declare global {
  // What /rum.js?full leaves on the page.
  var RUM: Installed;
}

install(everything());
