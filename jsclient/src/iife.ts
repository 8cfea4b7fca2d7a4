import {initRUM} from './index.js';
import {getRUM} from './rum.js';
import {autoOptions} from './script-tag.js';

export {checkPerformanceBudget, DEFAULT_BUDGETS} from './budget.js';
export {getRUM, initRUM};

// `<script async src="https://collector.example/rum.js" data-app="shop">` is a whole installation.
const options = autoOptions(document.currentScript);
if (options && !getRUM()) initRUM(options);
