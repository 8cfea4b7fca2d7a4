import {checkPerformanceBudget, DEFAULT_BUDGETS} from './budget.js';
import {ofDocument} from './dom.js';
import {apiOf, type Installed} from './install.js';
import {detailed} from './on-demand.js';
import {initNamed} from './settings.js';
import {adapt} from './vercel/adapter.js';

declare global {
  // What /rum.js?vercel leaves on the page.
  var RUM: Installed;
}

// Both packages load it: the second finds what the first has left.
const {q, getRUM} = (globalThis.RUM || {}) as {q?: unknown; getRUM?: unknown};
if (!getRUM) globalThis.RUM = {...apiOf(detailed()), checkPerformanceBudget, DEFAULT_BUDGETS};
// The adapter comes first, so that it knows the page before anything is recorded.
adapt(ofDocument('currentScript') as HTMLScriptElement, (options, vercel) => initNamed({vercel, ...detailed()}, options));
if (Array.isArray(q)) q.forEach(RUM.q.push);
