import {checkPerformanceBudget, DEFAULT_BUDGETS, getRUM, initRUM} from './index.js';
import {autoOptions} from './script-tag.js';

(globalThis as {RUM?: object}).RUM = {checkPerformanceBudget, DEFAULT_BUDGETS, getRUM, initRUM};

// `<script async src="https://collector.example/rum.js" data-app="shop">` is a whole installation.
const options = autoOptions(document.currentScript);
if (options) initRUM(options);
